import * as pulumi from '@pulumi/pulumi';
import type { Upstream } from '../targets/upstream';
import type { OpenInput, SecretInput } from '../actions/contract';
import type { EnvironmentConfig } from '../config';
import { checkSecrets } from '../config/rules/checks';
import { kindOf } from '../targets/kinds';
import { placeOnMachine, type LedgerPlace } from '../targets/place';
import type { Places } from '../targets/places';
import { hostOf } from '../clients/registry/address';
import type { CheckSpec } from '../releases/types';
import { ledgerOf, stackName, type PlatformAccess } from './platform-outputs';

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
 * @param ledger where the environment's lies
 */
export async function gatePlaceOf(
  name: string,
  config: EnvironmentConfig,
  platform: PlatformAccess,
  ledger: LedgerPlace,
): Promise<GatePlace> {
  const upstream = config.promotesFrom === '' ? undefined : new pulumi.StackReference(stackName(config.promotesFrom));
  const places = placesOf(ledger, await placeOf(upstream, platform));
  return {
    upstream,
    input: {
      instance: platform.instance,
      environment: name,
      upstream: config.promotesFrom,
      upstreamNetwork: `${platform.instance}-${config.promotesFrom}`,
      ledger: kindOf(config.target).isPlatformEngine
        ? ledgerOf(config.platform, platform)
        : (platform.ledger?.container ?? ''),
    },
    secretFor: (checks) => ({ places, secrets: checkSecrets(config, checks) }),
  };
}

/** What of a gate is on other machines; undefined when nothing is. */
function placesOf(ledger: LedgerPlace, upstream: Upstream | undefined): Places | undefined {
  const place = placeOnMachine(ledger);
  const places = { ...(place && { ledger: place }), ...(upstream && { upstream }) };
  return Object.keys(places).length === 0 ? undefined : places;
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
