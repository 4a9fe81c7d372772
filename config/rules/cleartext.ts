import { BlockList, isIPv6 } from 'node:net';
import { UserError } from '../../base/errors';
import { externalServerOf } from '../../pipelines/kinds';
import { isLoopback } from '../../clients/registry/address';
import type { PlatformConfig } from '../types';
import type { Variable } from '../variables';

/** Addresses at which nobody but this machine answers, and nobody else asks. */
const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

/** Whether an address that ports are bound to is this machine's own alone: `127.0.0.1`, `::1`, `::ffff:127.0.0.1`. */
function isOwnAddress(address: string): boolean {
  return loopback.check(address, isIPv6(address) ? 'ipv6' : 'ipv4');
}

/**
 * Refuses what would send logins and cookies through a network where everybody on the way can read them: the platform's services speak plain
 * HTTP, and so may the steps to a registry. What an environment serves is the app's business, and is not looked at here.
 * @param unset variables that are not set: an address of nobody stands in for one, for who only looks
 * @throws UserError unless the file says that this is accepted
 */
export function refuseCleartext(
  file: string,
  config: PlatformConfig,
  unset: readonly Pick<Variable, 'path'>[],
): PlatformConfig {
  if (config.cleartext === 'accepted') return config;
  const accept = `write "sluice:cleartext: accepted" in ${file}, which accepts that (docs/security.md#off-this-machine)`;
  const { bind, registry, registryHost, registryStepsUrl } = config;
  // With a CI server elsewhere the platform publishes nothing: its address is only the environments' then.
  if (externalServerOf(config.ci) === undefined && !isOwnAddress(bind)) {
    const services = registry === 'embedded' ? 'git host, Drone and registry' : 'git host and Drone';
    throw new UserError(
      `${file}: sluice:bind is ${bind}, where ${services} would answer other machines in cleartext: whoever is on the way reads logins and cookies, and can change what is pushed`,
      `remove sluice:bind and come through "ssh -L" or a proxy of yours with TLS; or ${accept}`,
    );
  }
  // A registry that engines reach on this machine is on it for the steps as well, by whatever name.
  const isFar = registryHost !== '' && !isLoopback(registryHost);
  const isOpen = unset.some(({ path }) => path[0] === 'registryStepsUrl');
  if (isFar && isCleartext(registryStepsUrl) && !isOpen) {
    throw new UserError(
      `${file}: sluice:registryStepsUrl is ${registryStepsUrl}, to which steps would send the registry's login and images in cleartext: whoever is on the way reads the one and can change the others`,
      `give its address with https://; or ${accept}`,
    );
  }
  return config;
}

function isCleartext(address: string): boolean {
  return URL.canParse(address) && new URL(address).protocol === 'http:' && !isLoopback(new URL(address).host);
}
