import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { containerAt } from '../../clients/docker/docker';
import type { SwitchRoute } from '../../clients/edge/edge';
import { visibleLine } from '../../base/visible';
import { sluice } from '../../base/command';
import { ActionFailed, nextLine } from '../../base/errors';
import { note as say } from '../../base/terminal';
import type { KnownHead } from '../../store/ledger/entry';
import type { Chain } from '../../store/ledger/chain';
import { appendRecord } from '../../targets/ledger';
import { evidenceCommand } from '../../releases/evidence';
import type { LedgerRecord, ReleaseSet, TakenBackRecord } from '../../releases/ledger';
import { candidate, releaseSet } from '../contract/values';
import type { CutoverOfTarget } from './cutover-target';
import { keepPage } from './keep-page';
import { containerOf } from './release-routes';
import { setAside } from './set-aside';

/** How often going back is tried before it is left to the next update; an engine that is slow is waited for. */
const tries = 20;
const pauseMilliseconds = 5000;

/**
 * Switches an environment's edge back to what it served before, and records that. Going back comes first: nothing that fails here, a full
 * disk, a lost ledger or a lost lease, keeps people on a bad release. With the routes lies what has to be recorded, so that a kill in between loses nothing.
 * @param back routes to what serves again
 * @throws ActionFailed always
 */
export async function takeBack(
  input: CutoverOfTarget,
  back: readonly SwitchRoute[],
  record: TakenBackRecord,
): Promise<never> {
  await goBack(input, back, JSON.stringify(record));
  const lost = await problemOf(appendRecord(input.ledger, record));
  const open = await input.edges.drain(input.drainSeconds).catch(() => 0);
  if (open > 0) say(`${open} connections to the release that was taken back are still open; they end with it`);
  // What is not on record yet is still needed: its log is the evidence.
  if (lost === undefined) {
    await setTakenBackAside(input, record, record.to);
    await keepPage(input, record);
  }
  throw new ActionFailed(
    [
      takenBackLine(record),
      `  ${input.environment} serves ${back.map(({ container }) => container).join(', ')} again`,
      ...(lost === undefined
        ? [evidenceLine(record)]
        : [`  the ledger could not be told: ${lost}; the next update tells it`]),
      nextOf(record),
    ].join('\n'),
  );
}

/** Tries until the edge is back, for as long as that may take. @throws ActionFailed when it is not by then */
async function goBack(input: CutoverOfTarget, back: readonly SwitchRoute[], mark: string): Promise<void> {
  const { environment, edges } = input;
  for (let left = tries; ; left -= 1) {
    const problem = await problemOf(edges.switchTo(back, mark));
    if (problem === undefined) return;
    if (left <= 1) {
      throw new ActionFailed(
        `${environment} has to go back, and its edge can't be switched: ${problem}; people may still be on the new release\n` +
          nextLine(`look at the engine, then ${sluice('up')} ${environment}`),
      );
    }
    say(`${environment} goes back; the edge could not be switched yet: ${problem}`);
    await sleep(pauseMilliseconds);
  }
}

/** Why something failed, in one line; undefined when it did not. */
async function problemOf(work: Promise<unknown>): Promise<string | undefined> {
  return work.then(
    () => undefined,
    (error: unknown) => visibleLine(error instanceof Error ? error.message : String(error)),
  );
}

/**
 * Records what a run that was killed, or could not write, has taken back, and ends its way back.
 * @returns the ledger's records and its end, with what was missing
 */
export async function recordMarked(
  input: CutoverOfTarget,
  { records, head: before }: Pick<Chain, 'records' | 'head'>,
): Promise<{ records: readonly LedgerRecord[]; added: TakenBackRecord[]; head: KnownHead }> {
  // Each edge has it.
  const marks = new Set(await input.edges.marks());
  const added = [...marks]
    .flatMap((mark) => recordIn(mark))
    .filter(
      ({ environment, at }) =>
        environment === input.environment &&
        !records.some(
          (record) => record.kind === 'taken-back' && record.environment === environment && record.at === at,
        ),
    );
  let head = before;
  for (const record of added) {
    await goBack(input, routesTo(input, record.to), JSON.stringify(record));
    head = await appendRecord(input.ledger, record);
    await setTakenBackAside(input, record, record.to);
    await keepPage(input, record);
  }
  return { records: [...records, ...added], added, head };
}

/** Routes to these releases: as they are asked for where that is the same, else by their names. */
function routesTo(input: CutoverOfTarget, to: ReleaseSet): SwitchRoute[] {
  return input.routes.flatMap((route): SwitchRoute[] => {
    const { service, direct } = route;
    const release = to[service];
    if (release === undefined || direct === true) return [];
    if (release === `${route.release}:${route.port}`) return [{ ...route, mayRest: true }];
    return [{ service, ...containerOf(input, release), mayRest: true }];
  });
}

/** Says that what is asked for was taken back. @throws ActionFailed always */
export function refuseTakenBack(record: TakenBackRecord): never {
  throw new ActionFailed([takenBackLine(record), evidenceLine(record), nextOf(record)].join('\n'));
}

function takenBackLine({ environment, releases, to, summary }: TakenBackRecord): string {
  const changed = Object.keys(releases).filter((service) => releases[service] !== to[service]);
  return `${environment} has taken ${changed.join(', ')} back: ${summary}`;
}

function evidenceLine({ environment, evidence }: TakenBackRecord): string {
  return `  evidence: ${evidenceCommand(environment, evidence)}`;
}

function nextOf({ environment }: TakenBackRecord): string {
  return nextLine(
    'push a change that does better, or change sluice:watch; to try it once more as it is: ' +
      `${sluice('promote')} ${environment} --again`,
  );
}

/** Takes the containers of releases away that were taken back, but for those that serve now. */
export async function setTakenBackAside(
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

const markedRecord = z.object({
  kind: z.literal('taken-back'),
  at: z.string(),
  environment: z.string(),
  candidate,
  by: z.string().optional(),
  releases: releaseSet,
  to: releaseSet,
  summary: z.string(),
  evidence: z.string(),
  seconds: z.number(),
});

/** The record that lies with routes; none when it can't be read. */
function recordIn(mark: string): TakenBackRecord[] {
  try {
    const { by, ...record } = markedRecord.parse(JSON.parse(mark));
    return [{ ...record, ...(by === undefined ? {} : { by }) }];
  } catch {
    return [];
  }
}
