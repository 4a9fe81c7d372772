import type { Context, Draft } from './draft';
import type { Node } from './node';
import { at, entriesOf, refuse, refuseOthers, textsOf, type Problems, type Spot } from './values';
import { isTrue } from './volumes';

const oneNetwork = 'an environment is one network of its own, whose addresses the engine gives';

/** Names of the networks that a service is in. */
export function networksOf(service: Node): string[] {
  const networks = at(service, 'networks');
  if (networks?.kind === 'map') return [...networks.entries.keys()];
  if (networks?.kind !== 'list') return ['default'];
  return networks.items.flatMap((item) => (item.kind === 'scalar' ? [String(item.value)] : []));
}

/** `networks` of a service: the names that it has besides its own. */
export function readNetworks(spot: Spot, context: Context): Draft | undefined {
  if (spot.node.kind === 'list') return undefined;
  const aliases: string[] = [];
  for (const [, network] of entriesOf(spot)) {
    refuseOthers(network, {
      aliases: undefined,
      priority: undefined,
      ipv4_address: `is an address; ${oneNetwork}. Others reach it as ${context.service}`,
      ipv6_address: `is an address; ${oneNetwork}. Others reach it as ${context.service}`,
      link_local_ips: `are addresses; ${oneNetwork}`,
      mac_address: `is an address; ${oneNetwork}`,
      driver_opts: `is not known here; ${oneNetwork}`,
      interface_name: `is not known here; ${oneNetwork}`,
      gw_priority: `is not known here; ${oneNetwork}`,
    });
    const names = at(network.node, 'aliases');
    if (names !== undefined) aliases.push(...textsOf({ ...network, node: names, where: `${network.where}.aliases` }));
  }
  return aliases.length === 0 ? undefined : { aliases };
}

/** The networks of the file: those that an environment has one of already. */
export function refuseForeignNetworks(spot: Spot, used: ReadonlySet<string>): void {
  for (const [name, network] of entriesOf(spot)) {
    if (!used.has(name)) continue;
    refuseOthers(network, {
      name: undefined,
      labels: undefined,
      driver: undefined,
      attachable: undefined,
      external: undefined,
      internal: undefined,
      enable_ipv4: undefined,
      enable_ipv6: `is not known here; ${oneNetwork}`,
      ipam: `gives addresses; ${oneNetwork}`,
      driver_opts: `is not known here; ${oneNetwork}`,
    });
    const external = at(network.node, 'external');
    if (external !== undefined && isTrue(external)) {
      refuse({ ...network, node: external, where: `${network.where}.external` }, `is of somebody else; ${oneNetwork}`);
    }
    const internal = at(network.node, 'internal');
    if (internal !== undefined && isTrue(internal)) {
      refuse(
        { ...network, node: internal, where: `${network.where}.internal` },
        `keeps services from the outside; ${oneNetwork}`,
      );
    }
  }
}

/**
 * Networks that keep two services apart can't be had: in an environment they would see each other.
 * @param services by name, with all that they extend
 */
export function refuseSeparation(services: Readonly<Record<string, Node>>, problems: Problems): void {
  const all = Object.entries(services);
  for (const [index, [name, service]] of all.entries()) {
    const own = networksOf(service);
    const apart = all.slice(0, index).find(([, other]) => !networksOf(other).some((network) => own.includes(network)));
    const node = at(service, 'networks');
    if (apart === undefined) continue;
    const place = node ?? at(apart[1], 'networks') ?? service;
    problems.refuse(
      place.at,
      `services.${name}.networks`,
      `keep ${name} and ${apart[0]} apart, but ${oneNetwork}: put all services into one of them`,
    );
  }
}
