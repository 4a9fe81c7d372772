import { keepInLedger, readEvidence, type EvidenceFile } from '../targets/evidence';
import { appendRecords, readLedger } from '../targets/ledger';
import { nameOfPlace, onOtherMachine, samePlace, type LedgerPlace } from '../targets/place';
import { isEnvironment } from '../config/stack';
import { readStacks } from '../config/stacks';
import type { Note } from './note';
import type { FormerEngine } from './former-engines';
import { ledgerHere, ledgerPlace } from './ledger-place';

/**
 * Has an environment that moves to another engine keep what its ledger knows: what it runs, what its gate has let through, what can be gone
 * back to. A ledger of it that lies there already gets what is newer. What can't be had is told, and keeps nothing from moving.
 * @param stack the environment's; nothing is done for a platform's
 */
export async function takeLedgerAlong(stack: string, former: readonly FormerEngine[], note: Note): Promise<void> {
  if (former.length === 0) return;
  const stacks = readStacks();
  const file = stacks.filter(isEnvironment).find(({ name }) => name === stack);
  if (file === undefined) return;
  const to = await ledgerPlace(file, stacks);
  for (const engine of former) {
    const from = engine.host === '' ? ledgerHere(file, stacks) : ledgerThere(engine, to);
    if (from === undefined) {
      note(`${stack}: its ledger stays at ${engine.host}: its file has no key for that machine`);
      continue;
    }
    if (samePlace(from, to)) continue;
    try {
      const taken = await copyLedger(file.name, from, to);
      if (taken > 0) note(`${stack}: its ledger comes along (${taken} records)`);
    } catch (error) {
      note(
        `${stack}: its ledger stays at ${nameOfPlace(from)}: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
  }
}

/** Where it was on another machine, reached with the login of now: both have to let the same key in. */
function ledgerThere({ machine }: FormerEngine, now: LedgerPlace): LedgerPlace | undefined {
  return machine && onOtherMachine(now, machine);
}

/** @returns how many records were copied */
async function copyLedger(environment: string, from: LedgerPlace, to: LedgerPlace): Promise<number> {
  const of = async (place: LedgerPlace) =>
    (await readLedger(place)).filter((record) => record.environment === environment);
  const newest = (await of(to)).reduce((latest, { at }) => (at > latest ? at : latest), '');
  const records = (await of(from)).filter(({ at }) => at > newest);
  if (records.length === 0) return 0;
  // The records last, and all at once: they say that everything is there.
  const folders = records.flatMap((record) => ('evidence' in record && record.evidence ? [`${record.evidence}/`] : []));
  const isNamed = ({ name }: EvidenceFile): boolean =>
    folders.some((folder) => `${environment}/${name}`.startsWith(folder));
  const evidence = folders.length === 0 ? [] : (await readEvidence(from, environment)).filter(isNamed);
  if (evidence.length > 0) await keepInLedger(evidence, to, environment);
  await appendRecords(to, records);
  return records.length;
}
