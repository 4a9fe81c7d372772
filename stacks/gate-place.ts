import * as pulumi from '@pulumi/pulumi';
import type { Upstream } from '../targets/upstream';
import type { OpenInput, SecretInput } from '../actions/contract';
import type { EnvironmentConfig } from '../config';
import { checkSecrets } from '../config/rules/checks';
import type { MachinePlace } from '../targets/place';
import { hostOf } from '../clients/registry/address';
import type { CheckSpec } from '../releases/types';
import { stackName, type PlatformAccess } from './platform-outputs';

/** Where a gate is asked, whatever it is asked about. */
export interface GatePlace {
  /** The stack that it promotes from; undefined for an environment that promotes from none. */
  upstream: pulumi.StackReference | undefined;
  input: Omit<OpenInput<'gate'>, 'candidate' | 'gate'>;
  /** What its checks get beside their settings, and the places of environments on other machines. */
  secretFor: (checks: readonly CheckSpec[]) => SecretInput<'gate'>;
}

/**
 * Where the gate in front of an environment is asked.
 * @param machine the one that the environment is on; undefined: the platform's engine
 */
export async function gatePlaceOf(
  name: string,
  config: EnvironmentConfig,
  platform: PlatformAccess,
  machine: MachinePlace | undefined,
): Promise<GatePlace> {
  const upstream = config.promotesFrom === '' ? undefined : new pulumi.StackReference(stackName(config.promotesFrom));
  const there = await placeOf(upstream, platform);
  const places = there && { upstream: there };
  return {
    upstream,
    input: {
      instance: platform.instance,
      environment: name,
      upstream: config.promotesFrom,
      upstreamNetwork: `${platform.instance}-${config.promotesFrom}`,
    },
    secretFor: (checks) => ({
      ledger: platform.ledgers,
      machine,
      places,
      secrets: checkSecrets(config, checks),
    }),
  };
}

/**
 * Where on another machine an upstream is, as its stack tells; undefined for one on the platform's engine. It is asked with the
 * registry's login as it is now: a job's own token, with which it was deployed, is none any more.
 */
async function placeOf(
  stack: pulumi.StackReference | undefined,
  { registry, registryLogins }: PlatformAccess,
): Promise<Upstream | undefined> {
  if (stack === undefined) return undefined;
  const details = await stack.getOutputDetails('place');
  const place = ((details.secretValue ?? details.value) as Upstream | null | undefined) ?? undefined;
  const host = hostOf(registry.address);
  return place?.registry.host === host ? { ...place, registry: { host, ...registryLogins.pull } } : place;
}
