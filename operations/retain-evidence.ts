import { UserError } from '../base/errors';
import { visibleLine } from '../base/visible';
import { pageName } from '../checks/page';
import { upstreamOf, isEnvironment, type EnvironmentFile, type StackFile } from '../config/stack';
import { evidenceIn } from '../releases/evidence';
import { outdatedEvidence, type EvidenceRetention } from '../releases/evidence-retention';
import type { LedgerRecord } from '../releases/ledger';
import { areAllRecent, isGivenUp } from '../releases/run-names';
import { takeable, type Retaining } from '../releases/takeable';
import { evidenceName } from '../targets/evidence-names';
import { removeRun, storedRuns } from '../targets/evidence-runs';
import { chainOf, readLedger } from '../targets/ledger';
import type { LedgerPlace } from '../targets/place';
import type { StackLease } from './lease';
import { ledgerPlace } from './ledger-place';
import type { Note } from './note';

/** So many runs are removed at a time: after a long while without, nobody waits for all of them. */
const mostRuns = 200;

/** An environment whose evidence is looked through. */
export interface EvidenceToRetain {
  ledger: LedgerPlace;
  /** `sluice:retainEvidence`. */
  keep: EvidenceRetention;
  /** `sluice:retain`. */
  retain: number;
  /** What may be offered to it again. */
  upstream?: { ledger: LedgerPlace; retain: number } | undefined;
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
  const outdated = new Set(
    outdatedEvidence({ environment, records, mayBeTaken, retain: keep, now }).map((folder) => evidenceName(folder)),
  );
  // Where records are lost, nobody knows whether one of them names it.
  const isWhole = findings.length === 0 && acceptedLosses.length === 0;
  const named = namesIn(records, environment);
  const over = stored.filter(
    (run) => outdated.has(run) || (isWhole && !named.has(run) && isGivenUp(lastPart(run), now)),
  );
  const going = over.slice(0, most);
  for (const run of going) {
    await lease.check();
    await removeRun(ledger, run, pageName);
  }
  return going.length;
}

async function upstreamIn(file: EnvironmentFile, stacks: readonly StackFile[]): Promise<EvidenceToRetain['upstream']> {
  const upstream = stacks.filter(isEnvironment).find(({ name }) => name === upstreamOf(file));
  return upstream && { ledger: await ledgerPlace(upstream, stacks), retain: upstream.config.retain };
}

async function readUpstream({ ledger, retain }: NonNullable<EvidenceToRetain['upstream']>): Promise<Retaining> {
  return { environment: ledger.environment, records: await readLedger(ledger), retain };
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
