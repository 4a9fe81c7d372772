import type { Deployment } from '@pulumi/pulumi/automation';
import { dockerHost, isOverSsh, machineAt } from '../clients/docker/docker-over-ssh';
import { dockerSays } from '../clients/docker/words';
import type { SshConnection } from '../clients/ssh/ssh';
import { sluice } from '../base/command';
import { codesIn } from '../base/codes';
import { resourcesOf } from './pulumi/state';

/** An engine that a stack has been on, as its state knows it. */
export interface FormerEngine {
  /** Of the provider: what is there depends on it. */
  urn: string;
  /** `ssh://deploy@shop.example.com:22`; empty of this machine's own. */
  host: string;
  /** The machine, where the state tells it whole. */
  machine: Omit<SshConnection, 'password' | 'privateKey'> | undefined;
}

/**
 * The engines that a stack's state has something on, and where its file no longer says it is: the stack moves, or its machine has got
 * another address.
 * @param now the machine that the file says; undefined for this one
 */
export function formerEngines(deployment: Deployment, now: SshConnection | undefined): FormerEngine[] {
  const wanted = now === undefined ? '' : dockerHost(now);
  return resourcesOf(deployment).flatMap(({ type, urn, inputs }) => {
    if (type !== 'pulumi:providers:docker' || urn === undefined) return [];
    const [told, options] = [inputs?.['host'], inputs?.['sshOpts']];
    // Older versions wrote down by which way they had come to this machine's own engine. One of ours has options.
    const host = typeof told === 'string' && options !== undefined ? told : '';
    if (host === wanted) return [];
    return [{ urn, host, machine: host === '' ? undefined : machineAt(host, options) }];
  });
}

/**
 * What to type when a stack that has moved can't be removed from where it was.
 * @returns undefined when its errors tell of something else
 */
export function nextAfterMove(
  stack: string,
  former: readonly FormerEngine[],
  errors: readonly string[],
): string | undefined {
  const silent = silentEngines(errors);
  if (silent.length === 0 && !errors.some((error) => dockerSays(error, 'far-engine-away'))) return undefined;
  const away = former.filter(({ host }) => host !== '');
  // The official plugin tells no address; that the engine of now answers has been seen before.
  const gone = away.find(({ host }) => silent.includes(host)) ?? away[0];
  if (gone === undefined) return undefined;
  return (
    `what ${stack} had at ${gone.host} could not be removed: start that machine, then ${sluice('up')} ${stack}; if it is gone for good: ` +
    `${sluice('pulumi')} state delete ${gone.urn} --target-dependents --yes -s ${stack}`
  );
}

/** The addresses of engines on other machines that did not answer, as the plugin made here tells them. */
export function silentEngines(errors: readonly string[]): string[] {
  return codesIn(errors.join('\n')).flatMap(({ code, about }) =>
    code === 'engine-away' && isOverSsh(about) ? [about] : [],
  );
}
