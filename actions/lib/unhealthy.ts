import { containerAt } from '../../clients/docker/docker';
import { lastWords, untilHealthy } from '../../clients/docker/healthy';
import { appendRecord } from '../../targets/ledger';
import type { ReleaseSet } from '../../releases/ledger';
import { ActionFailed, nextLine } from '../../base/errors';
import { note as say } from '../../base/terminal';
import { unanswering, type Asking, type Unanswering } from './answers';
import { changedRoutes, entryOf, evidenceFolder, type CutoverOfTarget } from './cutover-target';
import { setAside } from './set-aside';

/** A service that is not well, and what to do where that is known. */
type Ill = Omit<Unanswering, 'next'> & { next?: string };

/**
 * Waits until the containers of what changes are healthy and answer. One that does neither is recorded and taken away: the next update makes
 * it anew. What stays as it is may be ill: what changes may be what mends it.
 * @param current what serves now
 * @throws ActionFailed for the first that is not well
 */
export async function refuseUnhealthy(
  input: CutoverOfTarget,
  releases: ReleaseSet,
  current: ReleaseSet,
): Promise<void> {
  const changed = changedRoutes(input, current, releases);
  const ill = (await firstIll(input, changed)) ?? (await unanswering(askingOf(input), changed));
  if (ill === undefined) return;
  const { service, container, problem } = ill;
  const at = containerAt(container, input.target.on);
  const words = await lastWords(at);
  const evidence = evidenceFolder(input, 'unhealthy');
  const summary = `${service} is ${problem}`;
  await appendRecord(input.ledger, { kind: 'unhealthy', ...entryOf(input, releases), summary, evidence });
  await setAside(at, { ledger: input.ledger, evidence, service, say });
  throw failure(input, ill, words, 'push a change that becomes healthy; to try it once more: npm run up');
}

/**
 * Waits until what serves is healthy.
 * @throws ActionFailed for the first that is not: nothing else can serve in its place
 */
export async function awaitServing(input: CutoverOfTarget): Promise<void> {
  const ill = await firstIll(input, input.routes);
  if (ill === undefined) return;
  const words = await lastWords(containerAt(ill.container, input.target.on));
  throw failure(input, ill, words, 'npm run up');
}

/** How an environment's releases are asked. */
export function askingOf({ target: { on }, watch: { probePath: path }, edges, ...input }: CutoverOfTarget): Asking {
  return { ...input, edgeOf: edges.of, on, path };
}

async function firstIll(input: CutoverOfTarget, routes: CutoverOfTarget['routes']): Promise<Ill | undefined> {
  const problems = await Promise.all(
    routes.map(async ({ service, container, healthySeconds }): Promise<Ill | undefined> => {
      const problem = await untilHealthy(containerAt(container, input.target.on), healthySeconds);
      return problem === undefined ? undefined : { service, container, problem };
    }),
  );
  return problems.find((each) => each !== undefined);
}

function failure({ environment }: CutoverOfTarget, ill: Ill, words: readonly string[], next: string): ActionFailed {
  return new ActionFailed(
    [
      `${ill.service}: ${ill.container} is ${ill.problem}; the edge of ${environment} stays where it is`,
      ...(words.length === 0 ? [] : ['  its last words:', ...words.map((line) => `    ${line}`)]),
      nextLine(ill.next ?? next),
    ].join('\n'),
  );
}
