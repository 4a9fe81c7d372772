import type { Upstream } from '../targets/upstream';
import type { EnvironmentConfig } from '../config';
import type { MachinePlace } from '../targets/place';
import { hostOf } from '../clients/registry/address';
import type { PlatformAccess } from './platform-outputs';

/** What a gate behind an environment on another machine needs to know of it, whatever it is there. */
export function upstreamAt(
  { services }: Pick<EnvironmentConfig, 'services'>,
  { deployImage, registry, registryLogins }: Pick<PlatformAccess, 'deployImage' | 'registry' | 'registryLogins'>,
  place: MachinePlace,
): Omit<Upstream, 'engine'> {
  return {
    ...place,
    ports: Object.fromEntries(Object.entries(services).map(([service, { containerPort }]) => [service, containerPort])),
    tools: deployImage === undefined || deployImage === null ? '' : `${deployImage.image}@${deployImage.digest}`,
    registry: { host: hostOf(registry.address), ...registryLogins.pull },
  };
}

/** A machine's name as it stands in an address of the web. */
export function urlHost(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}
