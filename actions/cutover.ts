import { whoIsAtWork } from '../pipelines/by';
import { containerAt } from '../clients/docker/docker';
import { lastWords, untilHealthy } from '../clients/docker/healthy';
import { appendRecord, readLedger } from '../targets/ledger';
import type { LedgerPlace } from '../targets/place';
import {
  findLast,
  lastCutover,
  sameReleases,
  type LedgerRecord,
  type ReleaseSet,
  type TakenBackRecord,
} from '../releases/ledger';
import { candidateKey } from '../releases/names';
import { openSwitch } from '../releases/switches';
import type { Traffic } from '../releases/watch';
import { unansweredThroughEdge, unanswering, type Asking, type Unanswering } from './lib/answers';
import { edgesOf, type Edges } from './lib/edges';
import { containerOf, releasesOf, wayBack } from './lib/release-routes';
import { runChecks } from './lib/run-checks';
import { setAside } from './lib/set-aside';
import { targetOf, type CheckPlace, type Target } from '../targets/target';
import { byService, watch, type WatchVerdict } from './lib/watch';
import { sluice } from '../base/command';
import { ActionFailed } from '../base/errors';
import { note as say } from '../base/terminal';
import type { ActionInput, ActionOutput } from './contract';

type Input = ActionInput<'cutover'>;

/** What a cutover is asked, with the environment where it runs. */
interface CutoverOfTarget extends Omit<Input, 'edge' | 'ledger' | 'places'> {
  edges: Edges;
  ledger: LedgerPlace;
  target: Target;
}

function withTarget({ places, ...input }: Input): CutoverOfTarget {
  const target = targetOf(input, places?.own);
  const edges = edgesOf({ ...input, services: edgedServices(input.routes), on: target.on });
  return { ...input, target, edges, ledger: target.ledger };
}

/**
 * Waits for containers to become healthy, switches the environment's edge to them, watches them, and switches back when they do badly; by then nothing
 * of what was served before has been stopped. Can be killed anywhere: asked again, it ends what it had begun.
 * @throws ActionFailed when a container is not healthy, and when the watch has taken the releases back
 */
export default async function cutover(asked: Input): Promise<ActionOutput<'cutover'>> {
  const input = withTarget(asked);
  const records = await readLedger(input.ledger);
  const releases = releasesOf(input.routes);
  await refuseUnhealthy(input, releases, lastCutover(records, input.environment)?.releases ?? {});
  if (sameReleases(lastCutover(records, input.environment)?.releases, releases)) {
    // What is current, put back under an edge that is new or was left elsewhere. It has been watched.
    await input.edges.switchTo(input.routes);
    await input.edges.drain(input.drainSeconds);
    await setTakenBackAside(input, findLast(records, 'taken-back', input.environment), releases);
  } else {
    await cutOver(input, records, releases);
  }
  say(`${input.environment} serves ${input.routes.map((route) => route.container).join(', ')}`);
  return {
    candidate: input.candidate,
    containers: Object.fromEntries(input.routes.map(({ service, container }) => [service, container])),
  };
}

/**
 * Waits until all containers are healthy. One that will not be is taken away unless it is what serves now: the next
 * update makes it anew.
 */
async function refuseUnhealthy(input: CutoverOfTarget, releases: ReleaseSet, current: ReleaseSet): Promise<void> {
  const problems = await Promise.all(
    input.routes.map(async ({ service, container, healthySeconds }) => ({
      service,
      container,
      problem: await untilHealthy(containerAt(container, input.target.on), healthySeconds),
    })),
  );
  const ill: (Omit<Unanswering, 'problem' | 'next'> & { problem: string | undefined; next?: string }) | undefined =
    problems.find(({ problem }) => problem !== undefined) ??
    (await unanswering(askingOf(input), changedRoutes(input, current, releases)));
  if (ill?.problem === undefined) return;
  const { service, container, problem } = ill;
  const at = containerAt(container, input.target.on);
  const words = await lastWords(at);
  const isNew = current[service] !== releases[service];
  if (isNew) {
    const evidence = evidenceFolder(input, 'unhealthy');
    await appendRecord(input.ledger, {
      kind: 'unhealthy',
      at: new Date().toISOString(),
      environment: input.environment,
      candidate: input.candidate,
      releases,
      by: whoIsAtWork(),
      summary: `${service} is ${problem}`,
      evidence,
    });
    await setAside(at, { ledger: input.ledger, evidence, service, say });
  }
  throw new ActionFailed(
    [
      `${service}: ${container} is ${problem}; the edge of ${input.environment} stays where it is`,
      ...(words.length === 0 ? [] : ['  its last words:', ...words.map((line) => `    ${line}`)]),
      `  next: ${ill.next ?? (isNew ? 'push a change that becomes healthy; to try it once more: npm run up' : 'npm run up')}`,
    ].join('\n'),
  );
}

async function cutOver(input: CutoverOfTarget, records: readonly LedgerRecord[], releases: ReleaseSet): Promise<void> {
  const { environment, candidate, edges, ledger } = input;
  const began = Date.now();
  const entry = () => ({
    at: new Date().toISOString(),
    environment,
    candidate,
    releases,
    by: whoIsAtWork(),
  });
  const broken = openSwitch(records, environment);
  const resumed = broken !== undefined && sameReleases(broken.releases, releases);
  const from = resumed ? broken.from : (lastCutover(records, environment)?.releases ?? null);
  const back = from === null ? undefined : await wayBack(input, from, input.target.on);
  // Without a way back nothing is watched.
  const beside = back === undefined ? undefined : await placeOfChecks(input);
  const before = resumed ? {} : byService(await edges.traffic(), (server) => server.requests > 0);
  await appendRecord(ledger, { kind: 'switch', ...entry(), from: back === undefined ? null : from });
  await edges.switchTo(input.routes);
  const unanswered = await unansweredThroughEdge(askingOf(input), changedRoutes(input, from ?? {}, releases));

  if (back === undefined || from === null || (input.watch.seconds === 0 && unanswered === undefined)) {
    // The switch stays open: the next update ends it.
    if (unanswered !== undefined) throw new ActionFailed(`${unanswered}\n  next: npm run up`);
    if (input.watch.seconds > 0) say(`${environment} has nothing to go back to: it is not watched`);
    await drain(input);
    await appendRecord(ledger, { kind: 'cutover', ...entry(), seconds: secondsSince(began) });
    return;
  }
  const changed = edgedServices(input.routes).filter((service) => from[service] !== releases[service]);
  if (unanswered === undefined) say(`${environment} is watched for ${input.watch.seconds} s`);
  const enough = new AbortController();
  const draining = edges.drain(input.drainSeconds, enough.signal);
  const evidence = evidenceFolder(input, 'watch');
  const verdict: WatchVerdict =
    unanswered === undefined
      ? await watchReleases(input, changed, before, evidence, beside)
      : { verdict: 'refused', summary: unanswered };
  if (verdict.verdict === 'passed') {
    tellOpen(await draining);
    await appendRecord(ledger, { kind: 'cutover', ...entry(), watch: verdict.summary, seconds: secondsSince(began) });
    return;
  }
  enough.abort();
  await draining;
  const record: TakenBackRecord = {
    kind: 'taken-back',
    ...entry(),
    to: from,
    summary: verdict.summary,
    evidence,
    seconds: secondsSince(began),
  };
  await appendRecord(ledger, record);
  await edges.switchTo(back);
  await drain(input);
  await setTakenBackAside(input, record, from);
  throw new ActionFailed(
    [
      `${environment} has taken ${changed.join(', ')} back: ${verdict.summary}`,
      `  ${environment} serves ${back.map(({ container }) => container).join(', ')} again`,
      '  next: push a change that does better, or change sluice:watch; to try it once more as it is: ' +
        `${sluice('promote')} ${environment} --again`,
    ].join('\n'),
  );
}

function askingOf({ target: { on }, watch: { probePath: path }, edges, ...input }: CutoverOfTarget): Asking {
  return { ...input, edgeOf: edges.of, on, path };
}

/** Routes to another release than before. */
function changedRoutes({ routes }: CutoverOfTarget, before: ReleaseSet, releases: ReleaseSet): Input['routes'] {
  return routes.filter(({ service }) => before[service] !== releases[service]);
}

/** Where the watch's checks run; undefined when it has none. What they need is brought there before anything is switched. */
async function placeOfChecks({
  target,
  routes,
  watch: { seconds, checks },
}: CutoverOfTarget): Promise<CheckPlace | undefined> {
  return seconds === 0 || checks.length === 0 ? undefined : target.checksBeside(edgedServices(routes));
}

/** What no edge stands in front of has no figures, and no check asks for it. */
function edgedServices(routes: Input['routes']): string[] {
  return routes.filter(({ direct }) => direct !== true).map(({ service }) => service);
}

/** Takes the containers of releases away that were taken back, but for those that serve now. */
async function setTakenBackAside(
  input: CutoverOfTarget,
  record: TakenBackRecord | undefined,
  serving: ReleaseSet,
): Promise<void> {
  if (record === undefined) return;
  const { ledger } = input;
  for (const [service, release] of Object.entries(record.releases)) {
    if (serving[service] === release) continue;
    const container = containerAt(containerOf(input, release).container, input.target.on);
    await setAside(container, { ledger, evidence: record.evidence, service, say });
  }
}

/** Folder below the ledger's `evidence/` for what this cutover leaves. */
function evidenceFolder({ environment, candidate }: CutoverOfTarget, kind: string): string {
  return `${environment}/${candidateKey(candidate)}/${kind}-${new Date().toISOString().replace(/[:.]/g, '-')}`;
}

async function watchReleases(
  input: CutoverOfTarget,
  services: readonly string[],
  formerTraffic: Readonly<Record<string, Traffic>>,
  evidence: string,
  checkPlace: CheckPlace | undefined,
): Promise<WatchVerdict> {
  const { edges, watch: settings } = input;
  return watch({
    settings,
    services,
    formerTraffic,
    traffic: async () => {
      const [states, traffic] = await Promise.all([edges.states(), edges.traffic()]);
      return byService(traffic, (server) =>
        states.some(({ service, slot, ready }) => ready && service === server.service && slot === server.slot),
      );
    },
    probe: (service, count) => edges.probe(service, settings.probePath, count),
    checks: () =>
      checkPlace === undefined
        ? Promise.resolve([])
        : runChecks({ ...input, checkPlace, checks: settings.checks, secrets: input.secrets, evidence, say }),
  });
}

async function drain({ edges, drainSeconds }: CutoverOfTarget): Promise<void> {
  tellOpen(await edges.drain(drainSeconds));
}

function tellOpen(connections: number): void {
  if (connections > 0) say(`${connections} connections to the former release are still open; they end with it`);
}

function secondsSince(began: number): number {
  return Math.round((Date.now() - began) / 100) / 10;
}
