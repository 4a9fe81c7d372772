import { failuresOf } from '../serving/check';
import type { PluginFunction } from '../serving/plugin';
import type { Table } from '../serving/table';
import type { PlainProperties } from '../serving/values';
import { findImage, repoDigest } from './images';
import { findNetwork, ipamState } from './network';
import { registryDigest } from './registry';
import { currentSession } from './settings';

const named: Table = { name: { type: 'string', onChange: 'ignore', required: true } };

function lookup(table: Table, run: PluginFunction['run']): PluginFunction {
  return { check: (inputs) => failuresOf(table, inputs), run };
}

/** docker:index/getNetwork:getNetwork. */
export const getNetwork = lookup(named, async (inputs) => {
  const name = inputs['name'] as string;
  const network = await findNetwork(currentSession().engine, name);
  if (network === undefined) throw new Error(`could not find docker network: network ${name} not found`);
  const containers: PlainProperties[] = Object.entries(network.Containers ?? {}).map(([containerId, endpoint]) => ({
    containerId,
    name: endpoint.Name,
    endpointId: endpoint.EndpointID,
    macAddress: endpoint.MacAddress,
    ipv4Address: endpoint.IPv4Address,
    ipv6Address: endpoint.IPv6Address,
  }));
  return {
    id: network.Id,
    name: network.Name,
    scope: network.Scope,
    driver: network.Driver,
    internal: network.Internal,
    options: network.Options ?? {},
    ipamConfigs: ipamState(network),
    containers,
  };
});

/** docker:index/getRemoteImage:getRemoteImage: an image that the engine has. */
export const getRemoteImage = lookup(named, async (inputs) => {
  const name = inputs['name'] as string;
  const image = await findImage(currentSession().engine, name);
  if (image === undefined) throw new Error(`did not find docker image '${name}'`);
  return { id: image.Id, name, repoDigest: repoDigest(name, image) };
});

/** docker:index/getRegistryImage:getRegistryImage: what a registry answers for a tag. No engine is asked. */
export const getRegistryImage = lookup(
  { ...named, insecureSkipVerify: { type: 'boolean', onChange: 'ignore' } },
  async (inputs, { signal }) => {
    const name = inputs['name'] as string;
    const insecure = inputs['insecureSkipVerify'] === true;
    const sha256Digest = await registryDigest(name, { logins: currentSession().logins, insecure, signal });
    return { id: sha256Digest, name, insecureSkipVerify: insecure, sha256Digest };
  },
);
