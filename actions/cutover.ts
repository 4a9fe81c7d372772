import type { KnownHead } from '../store/ledger/entry';
import { appendRecord, chainOf } from '../targets/ledger';
import { checkHandedDown } from '../targets/lease';
import {
  findLast,
  lastCutover,
  sameReleases,
  type LedgerRecord,
  type ReleaseSet,
  type TakenBackRecord,
} from '../releases/ledger';
import { openSwitch } from '../releases/switches';
import { ActionFailed, nextLine } from '../base/errors';
import { note as say } from '../base/terminal';
import type { ActionInput, ActionOutput } from './contract';
import { unansweredThroughEdge } from './lib/answers';
import { changedRoutes, entryOf, evidenceFolder, withTarget, type CutoverOfTarget } from './lib/cutover-target';
import { recordStay } from './lib/record-stay';
import { refuseUnpassed } from './lib/refuse-unpassed';
import { releasesOf, wayBack } from './lib/release-routes';
import { recordMarked, refuseTakenBack, setTakenBackAside, takeBack } from './lib/take-back';
import { askingOf, awaitServing, illAmong, refuseUnhealthy, unservedIn } from './lib/unhealthy';
import { switchAndWatch, tellOpen } from './lib/switch-and-watch';
import { readyToWatch } from './lib/watch-environment';

/**
 * Waits for the containers of what changes to become healthy, switches the environment's edge to them, watches them, and switches back when they
 * do badly; by then nothing of what was served before has been stopped. Can be killed anywhere: asked again, it ends what it had begun.
 * @throws ActionFailed when a container is not healthy, and when the releases were taken back
 */
export default async function cutover(asked: ActionInput<'cutover'>): Promise<ActionOutput<'cutover'>> {
  const input = withTarget(asked);
  const { records, added, head: before } = await recordMarked(input, await chainOf(input.ledger));
  if (input.gated) refuseUnpassed(records, input.environment, input.candidate);
  const releases = releasesOf(input.routes);
  const marked = added.find((record) => sameReleases(record.releases, releases));
  if (marked !== undefined) refuseTakenBack(marked);
  let head = before;
  const current = lastCutover(records, input.environment)?.releases;
  if (sameReleases(current, releases)) {
    // What is current, put back under an edge that is new or was left elsewhere. It has been watched, and nothing else can serve.
    const unserved = await unservedIn(input);
    const routes = input.routes.map((route) => ({ ...route, mayRest: true }));
    await checkHandedDown(input.ledger);
    await input.edges.switchTo(routes);
    await awaitServing(input, unserved);
    // What has started in the meantime has an address now.
    await input.edges.switchTo(routes);
    await input.edges.drain(input.drainSeconds);
    await setTakenBackAside(input, findLast(records, 'taken-back', input.environment), releases);
  } else {
    const ill = await illAmong(input, changedRoutes(input, current ?? {}, releases));
    if (ill !== undefined) {
      await endOpenSwitch(input, records, releases, `${ill.service} is ${ill.problem}`);
      await refuseUnhealthy(input, releases, ill);
    }
    head = await cutOver(input, records, releases);
  }
  say(`${input.environment} serves ${input.routes.map((route) => route.container).join(', ')}`);
  return {
    candidate: input.candidate,
    containers: Object.fromEntries(input.routes.map(({ service, container }) => [service, container])),
    head,
  };
}

/**
 * Goes back from what a killed run has switched to, when nothing takes its place: what serves has not been watched to the end.
 * @param problem of what is asked for
 * @throws ActionFailed when that is what serves: then it is taken back
 */
async function endOpenSwitch(
  input: CutoverOfTarget,
  records: readonly LedgerRecord[],
  releases: ReleaseSet,
  problem: string,
): Promise<void> {
  const open = openSwitch(records, input.environment);
  const back = open?.from ? await wayBack(input, open.from, input.target.on) : undefined;
  if (open?.from == null || back === undefined) return;
  if (!sameReleases(open.releases, releases)) return input.edges.switchTo(back);
  const evidence = evidenceFolder(input, 'watch');
  const told = { to: open.from, summary: problem, evidence, seconds: 0 };
  return takeBack(input, back, { kind: 'taken-back', ...entryOf(input, releases), ...told });
}

/** @returns where the ledger ends with the record of it */
async function cutOver(
  input: CutoverOfTarget,
  records: readonly LedgerRecord[],
  releases: ReleaseSet,
): Promise<KnownHead> {
  const { environment, edges, ledger } = input;
  const began = performance.now();
  const broken = openSwitch(records, environment);
  const resumed = broken !== undefined && sameReleases(broken.releases, releases);
  const from = resumed ? broken.from : (lastCutover(records, environment)?.releases ?? null);
  const back = from === null ? undefined : await wayBack(input, from, input.target.on);
  const changed = changedRoutes(input, from ?? {}, releases);
  // Without a way back nothing is watched.
  const ready = back === undefined ? undefined : await readyToWatch(input, changed, resumed);
  // A run that has lost its lease ends here, before it switches.
  await appendRecord(ledger, { kind: 'switch', ...entryOf(input, releases), from: back === undefined ? null : from });
  // What does not change may be ill, or gone.
  const to = input.routes.map((route) => (changed.includes(route) ? route : { ...route, mayRest: true }));

  if (back === undefined || from === null || ready === undefined) {
    await edges.switchTo(to);
    const unanswered = await unansweredThroughEdge(askingOf(input), changed);
    // The switch stays open: the next update ends it.
    if (unanswered !== undefined) throw new ActionFailed(`${unanswered}\n${nextLine('npm run up')}`);
    if (input.watch.seconds > 0) say(`${environment} has nothing to go back to: it is not watched`);
    tellOpen(await edges.drain(input.drainSeconds));
    return appendRecord(ledger, { kind: 'cutover', ...entryOf(input, releases), seconds: secondsSince(began) });
  }
  const evidence = evidenceFolder(input, 'watch');
  const verdict = await switchAndWatch(input, { to, changed, ready, evidence });
  if (verdict.verdict === 'passed') {
    return recordStay(input, releases, { watch: verdict.summary, evidence, seconds: secondsSince(began) });
  }
  const record: TakenBackRecord = {
    kind: 'taken-back',
    ...entryOf(input, releases),
    to: from,
    summary: verdict.summary,
    evidence,
    seconds: secondsSince(began),
  };
  return takeBack(input, back, record);
}

function secondsSince(began: number): number {
  return Math.round((performance.now() - began) / 100) / 10;
}
