import * as fs from 'node:fs';
import * as path from 'node:path';
import { UserError } from '../base/errors';
import { below, sluiceHome } from '../base/paths';
import { sluice } from '../base/command';
import { evidencePage, isOwnPage, pageName, showsAll } from '../checks/page';
import { runOf, type Run } from '../checks/page/run';
import type { RecordWithEvidence } from '../releases/evidence';
import { ofRefusals, outdatedEvidence, type EvidenceRetention } from '../releases/evidence-retention';
import type { LedgerRecord } from '../releases/ledger';
import { readEvidence } from '../targets/evidence';
import { keepLocally, readLocally, type EvidenceFile } from '../targets/evidence-files';
import { storedEvidence } from '../targets/evidence-runs';
import type { LedgerPlace } from '../targets/place';

/** Evidence on this machine. */
export interface EvidenceCopy {
  folder: string;
  /** The page in it. */
  page: string;
  /** Names of all files below the folder. */
  names: readonly string[];
}

/**
 * Copies evidence out of a ledger, wherever that lies, into a folder of this machine that is readable by its owner alone. What has no page,
 * because an older version left it, or one that is not as Sluice makes them or does not show all, gets one.
 * @param home the folder that it goes to, below `evidence/`
 * @throws UserError when it is not there any more, and for a folder that leads out
 */
export async function copyEvidence(
  ledger: LedgerPlace,
  record: RecordWithEvidence,
  home = sluiceHome(),
): Promise<EvidenceCopy> {
  const { environment, evidence = '' } = record;
  const root = path.join(home, 'evidence');
  const look = `${sluice('history')} ${environment} shows what else there is`;
  const isOwn = evidence.startsWith(`${environment}/`) && /^\w[\w.-]*(\/\w[\w.-]*)*$/.test(evidence);
  if (!isOwn || below(evidence, root) === undefined) {
    throw new UserError(`the ledger names ${JSON.stringify(evidence)} as evidence, which is no folder of it`, look, 1);
  }
  const files = await readEvidence(ledger, evidence);
  if (files.length === 0) {
    const gone = `the evidence ${evidence} is not in the store any more, and sluice:retainEvidence would keep it`;
    throw new UserError(gone, look, 1);
  }
  const folder = path.join(root, evidence);
  const evidenceFiles = files.filter(({ name }) => name !== pageName);
  const kept = files.find(({ name, content }) => name === pageName && isOwnPage(content));
  const isWhole = kept !== undefined && showsAll(kept.content, namesOf(evidenceFiles));
  const all = [...evidenceFiles, isWhole ? kept : pageOf(record, evidenceFiles)];
  for (const { name, content } of all) writePrivately(name, content, folder);
  return { folder, page: path.join(folder, pageName), names: namesOf(all) };
}

/**
 * Says of what `sluice:retainEvidence` has removed that it is no longer kept. Of what is gone otherwise {@link copyEvidence} says so.
 * @param records all of the environment
 * @throws UserError
 */
export async function refuseRemoved(
  ledger: LedgerPlace,
  { environment, evidence = '' }: RecordWithEvidence,
  { records, retain, now = new Date() }: { records: readonly LedgerRecord[]; retain: EvidenceRetention; now?: Date },
): Promise<void> {
  const outdated = outdatedEvidence({ environment, records, mayBeTaken: () => false, retain, now });
  if (!outdated.includes(evidence) || (await storedEvidence(ledger, [evidence])).has(evidence)) return;
  const more = ofRefusals(retain);
  throw new UserError(
    `the evidence ${evidence} is no longer kept: sluice:retainEvidence of ${environment} keeps ${retain.runs} runs for ${retain.days} days, ` +
      `of refusals ${more.runs} for ${more.days}`,
    `${sluice('history')} ${environment} shows what else there is`,
    1,
  );
}

/** @throws UserError for a folder of this machine that has a page of somebody else's where ours would lie */
export function refuseForeignPage(folder: string): void {
  const page = path.join(folder, pageName);
  if (!fs.existsSync(page) || isOwnPage(fs.readFileSync(page))) return;
  throw new UserError(
    `${page} is no page of evidence, and would be overwritten by one`,
    'name another folder: --output FOLDER',
  );
}

/** A file's time may be coarser than a clock's. */
const COARSE_MILLISECONDS = 2000;

/**
 * Puts the page of checks that somebody has run by hand beside what they have left in a folder of this machine. What an earlier run has
 * left there is not shown.
 * @param secrets whole values that are not to be on it
 */
export function keepPageHere(run: Run, folder: string, secrets: readonly string[]): void {
  const since = Date.parse(run.at) - COARSE_MILLISECONDS;
  const files = run.checks
    .flatMap(({ name }) => readLocally(folder, name))
    .filter(({ name }) => fs.statSync(path.join(folder, name)).mtimeMs >= since);
  keepLocally([{ name: pageName, content: Buffer.from(evidencePage(run, files, { secrets })) }], folder);
}

function namesOf(files: readonly EvidenceFile[]): string[] {
  return files.map(({ name }) => name);
}

function pageOf(record: RecordWithEvidence, files: readonly EvidenceFile[]): EvidenceFile {
  return { name: pageName, content: Buffer.from(evidencePage(runOf(record), files)) };
}

function writePrivately(name: string, content: Buffer, folder: string): void {
  fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = below(name, folder);
  if (file === undefined) return;
  fs.mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  fs.rmSync(file, { force: true });
  fs.writeFileSync(file, content, { mode: 0o600 });
}
