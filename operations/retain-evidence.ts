import { UserError } from '../base/errors';
import { visibleLine } from '../base/visible';
import { pageName } from '../checks/page';
import { upstreamOf, isEnvironment, type EnvironmentFile, type StackFile } from '../config/stack';
import { evidenceIn } from '../releases/evidence';
import { outdatedEvidence, type EvidenceRetention } from '../releases/evidence-retention';
import type { LedgerRecord } from '../releases/ledger';
import type { LastRecords } from '../store/ledger/last';
import { areAllRecent, isGivenUp } from '../releases/run-names';
import { takeable, type Retaining } from '../releases/takeable';
import type { OwnOutputs } from '../stacks/own-outputs';
import { evidenceName } from '../targets/evidence-names';
import { removeRun, storedRuns } from '../targets/evidence-runs';
import { chainOf, lastRecords, readLedger } from '../targets/ledger';
import type { LedgerPlace } from '../targets/place';
import type { StackLease } from './lease';
import { isWithoutPast, ledgerPlace, notOnRecord } from './ledger-place';
import type { Note } from './note';
import { outputsOf } from './pulumi/outputs';

/** So many runs are removed at a time: after a long while without, nobody waits for all of them. */
const mostRuns = 200;

/** So many of the last records are read; when they do not name all runs, so many as the next says. */
const steps: readonly number[] = [500, 5000];

/** An environment whose evidence is looked through. */
export interface EvidenceToRetain {
  ledger: LedgerPlace;
  /** `sluice:retainEvidence`. */
  keep: EvidenceRetention;
  /** `sluice:retain`. */
  retain: number;
  /** What may be offered to it again, by what upstream's records and what its stack has published tell. */
  upstream?: { ledger: LedgerPlace; retain: number; outputs?: OwnOutputs | undefined } | undefined;
  /** How many runs are removed at the most; @default 200 */
  most?: number;
}

/**
 * Removes an environment's evidence that `sluice:retainEvidence` keeps no longer. Who calls it has the environment's lease. What can't be removed now is tried
 * again after the next update: that never makes an update fail.
 * @param stacks all of the project
 */
export async function retainEvidence(
  file: EnvironmentFile,
  stacks: readonly StackFile[],
  lease: StackLease,
  note: Note,
): Promise<void> {
  try {
    const { retainEvidence: keep, retain } = file.config;
    const ledger = await ledgerPlace(file, stacks);
    const removed = await removeOutdated({ ledger, keep, retain, upstream: await upstreamIn(file, stacks) }, lease);
    if (removed > 0) note(`${file.name}: removed the evidence of ${counted(removed)} (sluice:retainEvidence)`);
  } catch (error) {
    const problem = error instanceof UserError ? error.message : visibleLine(String(error));
    note(`${file.name}: older evidence stays for now: ${problem}`);
  }
}

/**
 * Removes what is outdated, and what runs have left that were killed before they were recorded. Whoever goes on after a kill ends what was begun: what
 * is removed follows from the records alone.
 * @returns how many runs it was
 */
export async function removeOutdated(
  { ledger, keep, retain, upstream, most = mostRuns }: EvidenceToRetain,
  lease: Pick<StackLease, 'check'>,
  now = new Date(),
): Promise<number> {
  const { environment } = ledger;
  const stored = await storedRuns(ledger);
  if (areAllRecent(stored.map(lastPart), keep, now)) return 0;
  const { records, findings, acceptedLosses } = await chainOf(ledger);
  const mayBeTaken = takeable({ environment, records, retain }, upstream && (await readUpstream(upstream)), now);
  // What decisions need names a part of the runs only.
  const { past, findings: amongLast } = await recordsNaming(stored, ledger);
  const outdated = new Set(
    outdatedEvidence({ environment, records: past, mayBeTaken, retain: keep, now }).map((folder) =>
      evidenceName(folder),
    ),
  );
  // Where records are lost, nobody knows whether one of them names it.
  const isWhole = [findings, acceptedLosses, amongLast].every((each) => each.length === 0);
  const named = namesIn(past, environment);
  const over = stored.filter(
    (run) => outdated.has(run) || (isWhole && !named.has(run) && isGivenUp(lastPart(run), now)),
  );
  let removed = 0;
  for (const run of over) {
    if (removed === most) break;
    await lease.check();
    // A folder with nothing of ours in it counts for none, and keeps no other run from going.
    if (await removeRun(ledger, run, pageName)) removed += 1;
  }
  return removed;
}

async function upstreamIn(file: EnvironmentFile, stacks: readonly StackFile[]): Promise<EvidenceToRetain['upstream']> {
  const upstream = stacks.filter(isEnvironment).find(({ name }) => name === upstreamOf(file));
  if (upstream === undefined) return undefined;
  const [ledger, outputs] = await Promise.all([ledgerPlace(upstream, stacks), outputsOf(upstream.name)]);
  return { ledger, retain: upstream.config.retain, outputs };
}

/** @throws UserError while nobody can tell what upstream has run before, and may offer again */
async function readUpstream({
  ledger,
  retain,
  outputs,
}: NonNullable<EvidenceToRetain['upstream']>): Promise<Retaining> {
  const { environment } = ledger;
  const records = await readLedger(ledger);
  if (isWithoutPast(outputs, records)) throw notOnRecord([environment]);
  return { environment, records, retain };
}

/** As many of a ledger's last records as it takes to know what names these runs; all, when one of them has no name there. */
async function recordsNaming(
  runs: readonly string[],
  ledger: LedgerPlace,
  [count = Infinity, ...more] = steps,
): Promise<{ past: LedgerRecord[]; findings: LastRecords['findings'] }> {
  const last = await lastRecords(ledger, count);
  const past = last.past.map(({ record }) => record);
  // Several records may name the same run, one soon after the other: what the later half names was read whole.
  const named = namesIn(past.slice(past.length / 2), ledger.environment);
  if (last.isAll || count === Infinity || runs.every((run) => named.has(run))) return { past, findings: last.findings };
  return recordsNaming(runs, ledger, more);
}

/** All that records name. */
function namesIn(records: readonly LedgerRecord[], environment: string): ReadonlySet<string> {
  return new Set(evidenceIn(records, environment).map(({ evidence = '' }) => evidenceName(evidence)));
}

function lastPart(run: string): string {
  return run.slice(run.lastIndexOf('/') + 1);
}

function counted(runs: number): string {
  return runs === 1 ? 'an older run' : `${runs} older runs`;
}
