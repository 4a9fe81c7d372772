import { visibleLine } from '../../base/visible';
import { note as say } from '../../base/terminal';
import type { SwitchRoute } from '../../clients/edge/edge';
import { unansweredThroughEdge } from './answers';
import type { CutoverOfTarget } from './cutover-target';
import { askingOf } from './unhealthy';
import type { WatchVerdict } from './watch';
import type { ReadyWatch } from './watch-environment';

/**
 * Switches, and tells how that went. Whatever is thrown on the way is a refusal: only a clear pass lets what is new stay. Nothing of it is under
 * way any more when it returns: a server that is put away late may be the one that serves again.
 * @returns its summary is empty when nothing was watched
 */
export async function switchAndWatch(
  input: CutoverOfTarget,
  o: { to: readonly SwitchRoute[]; changed: CutoverOfTarget['routes']; ready: ReadyWatch; evidence: string },
): Promise<WatchVerdict> {
  const { environment, edges, drainSeconds, watch } = input;
  const enough = new AbortController();
  let draining = Promise.resolve();
  try {
    await edges.switchTo(o.to);
    const unanswered = await unansweredThroughEdge(askingOf(input), o.changed);
    if (unanswered !== undefined) return { verdict: 'refused', summary: unanswered };
    if (watch.seconds > 0) say(`${environment} is watched for ${watch.seconds} s`);
    // Whether connections have ended says nothing of the release.
    draining = edges.drain(drainSeconds, enough.signal).then(tellOpen, tellUndrained);
    const verdict = await o.ready.watch(o.evidence);
    if (verdict.verdict === 'passed') await draining;
    return verdict;
  } catch (error) {
    const problem = visibleLine(error instanceof Error ? error.message : String(error));
    return { verdict: 'refused', summary: `it could not be watched to the end: ${problem}` };
  } finally {
    enough.abort();
    await draining;
  }
}

/** Says how many connections to a former release are still open, if any. */
export function tellOpen(connections: number): void {
  if (connections > 0) say(`${connections} connections to the former release are still open; they end with it`);
}

function tellUndrained(error: unknown): void {
  say(`connections to the former release could not be counted: ${String(error)}`);
}
