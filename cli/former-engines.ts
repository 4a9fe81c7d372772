import type { Deployment } from '@pulumi/pulumi/automation';
import { dockerHost } from '../engine/docker-over-ssh';
import type { OnEngine } from '../engine/docker';
import { engineAway } from './failures';

/** Another machine's engine that a stack has been on, as its state knows it. */
export interface FormerEngine {
  /** Of the provider: what is there depends on it. */
  urn: string;
  /** `ssh://deploy@shop.example.com:22` */
  host: string;
}

interface State {
  resources?: { type?: string; urn?: string; inputs?: { host?: unknown } }[];
}

/**
 * The engines that a stack's state has something on, and where its file no longer says it is: the stack moves, or its machine has got
 * another address.
 * @param on the engine that the file says
 */
export function formerEngines(deployment: Deployment, { host }: OnEngine): FormerEngine[] {
  const now = host === undefined ? undefined : dockerHost(host);
  return ((deployment.deployment as State).resources ?? []).flatMap(({ type, urn, inputs }) => {
    const known = inputs?.host;
    if (type !== 'pulumi:providers:docker' || urn === undefined || typeof known !== 'string') return [];
    return known === '' || known === now ? [] : [{ urn, host: known }];
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
  if (!errors.some((error) => engineAway.test(error))) return undefined;
  // The official plugin tells no address; that the engine of now answers has been seen before.
  const gone = former.find(({ host }) => errors.some((error) => error.includes(host))) ?? former[0];
  if (gone === undefined) return undefined;
  return (
    `what ${stack} had at ${gone.host} could not be removed: start that machine, then npm run up -- ${stack}; if it is gone for good: ` +
    `npm run pulumi -- state delete ${gone.urn} --target-dependents --yes -s ${stack}`
  );
}
