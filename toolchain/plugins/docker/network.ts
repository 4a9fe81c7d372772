import { HalfMade } from '../serving/plugin';
import { tableKind } from '../serving/kind';
import { updatedState } from '../serving/difference';
import type { Table } from '../serving/table';
import type { PlainProperties } from '../serving/values';
import type { Engine } from './engine';
import { fromLabels, labels, toLabels } from './labels';
import { removeUnused } from './remove';
import { currentSession } from './settings';

const table: Table = {
  name: { type: 'string', onChange: 'replace', required: true },
  labels: { type: 'set', of: labels, onChange: 'replace' },
  driver: { type: 'string', onChange: 'replace', computed: true },
  options: { type: 'map', onChange: 'replace', computed: true },
  internal: { type: 'boolean', onChange: 'replace', computed: true },
  attachable: { type: 'boolean', onChange: 'replace' },
  ingress: { type: 'boolean', onChange: 'replace' },
  ipv6: { type: 'boolean', onChange: 'replace' },
  ipamDriver: { type: 'string', onChange: 'replace', default: 'default' },
  ipamOptions: { type: 'map', onChange: 'replace' },
  ipamConfigs: {
    type: 'set',
    onChange: 'replace',
    computed: true,
    of: {
      subnet: { type: 'string', onChange: 'replace' },
      ipRange: { type: 'string', onChange: 'replace' },
      gateway: { type: 'string', onChange: 'replace' },
      auxAddress: { type: 'map', onChange: 'replace' },
    },
  },
};

/** A network as the engine tells it, as far as it is used here. */
export interface NetworkInfo {
  Id: string;
  Name: string;
  Scope: string;
  Driver: string;
  EnableIPv6: boolean;
  Internal: boolean;
  Attachable: boolean;
  Ingress: boolean;
  Labels: Record<string, string> | null;
  Options: Record<string, string> | null;
  IPAM: { Driver: string; Options: Record<string, string> | null; Config: IpamConfig[] | null };
  Containers?: Record<
    string,
    { Name: string; EndpointID: string; MacAddress: string; IPv4Address: string; IPv6Address: string }
  >;
}

interface IpamConfig {
  Subnet?: string;
  IPRange?: string;
  Gateway?: string;
  AuxiliaryAddresses?: Record<string, string>;
}

/** The body that makes a network of these inputs. */
export function networkBody(inputs: PlainProperties): object {
  const configs = (inputs['ipamConfigs'] ?? []) as PlainProperties[];
  return {
    Name: inputs['name'],
    CheckDuplicate: true,
    Labels: toLabels(inputs['labels']),
    ...(inputs['driver'] === undefined ? {} : { Driver: inputs['driver'] }),
    Options: inputs['options'] ?? {},
    Internal: inputs['internal'] ?? false,
    Attachable: inputs['attachable'] ?? false,
    Ingress: inputs['ingress'] ?? false,
    ...(inputs['ipv6'] === undefined ? {} : { EnableIPv6: inputs['ipv6'] }),
    IPAM: {
      Driver: inputs['ipamDriver'] ?? 'default',
      Options: inputs['ipamOptions'] ?? {},
      Config: configs.map((config) => ({
        Subnet: config['subnet'] ?? '',
        IPRange: config['ipRange'] ?? '',
        Gateway: config['gateway'] ?? '',
        AuxiliaryAddresses: config['auxAddress'] ?? {},
      })),
    },
  };
}

/** What a network's resource says of it. */
export function networkState(network: NetworkInfo): PlainProperties {
  return {
    name: network.Name,
    labels: fromLabels(network.Labels),
    driver: network.Driver,
    options: network.Options ?? {},
    internal: network.Internal,
    attachable: network.Attachable,
    ingress: network.Ingress,
    ipv6: network.EnableIPv6,
    ipamDriver: network.IPAM.Driver,
    ipamOptions: network.IPAM.Options ?? {},
    ipamConfigs: ipamState(network),
    scope: network.Scope,
  };
}

/** A network's address ranges in the SDK's words. */
export function ipamState(network: NetworkInfo): PlainProperties[] {
  return (network.IPAM.Config ?? []).map((config) => ({
    ...(config.Subnet === undefined ? {} : { subnet: config.Subnet }),
    ...(config.IPRange === undefined ? {} : { ipRange: config.IPRange }),
    ...(config.Gateway === undefined ? {} : { gateway: config.Gateway }),
    ...(config.AuxiliaryAddresses === undefined ? {} : { auxAddress: config.AuxiliaryAddresses }),
  }));
}

/** The network of this name or id. */
export function findNetwork(engine: Engine, name: string): Promise<NetworkInfo | undefined> {
  return engine.find<NetworkInfo>(`/networks/${encodeURIComponent(name)}`);
}

/** docker:index/network:Network. Every change replaces it. */
export const network = tableKind({
  table,
  outputs: ['scope'],
  autoname: true,
  create: async (inputs, { signal }) => {
    const { engine } = currentSession();
    const { Id } = await engine.json<{ Id: string }>('POST', '/networks/create', { body: networkBody(inputs), signal });
    const info = await findNetwork(engine, Id);
    if (info === undefined) throw new HalfMade({ id: Id, state: inputs }, `network ${Id} went away while it was made`);
    return { id: Id, state: networkState(info) };
  },
  read: async ({ id }) => {
    const info = await findNetwork(currentSession().engine, id);
    return info === undefined ? undefined : { id: info.Id, state: networkState(info) };
  },
  update: (_id, { state, inputs }) => Promise.resolve(updatedState(table, state, inputs)),
  delete: ({ id }, operation) => removeUnused('network', `/networks/${encodeURIComponent(id)}`, operation),
});
