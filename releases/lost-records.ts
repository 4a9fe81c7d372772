import type { AdoptedRecord, CutoverRecord, LedgerRecord, SwitchRecord, TakenBackRecord } from './ledger';
import { switchKinds } from './switches';

/** Stands in a ledger where a record is lost, or can't be believed. Nobody knows what it said. */
export const lost = Symbol('a record that is lost');

/**
 * What counts of a ledger with losses. What was lost may have said the contrary of anything before it. So what was said before it in favour of a
 * release counts no longer: passes, approvals, and the words of people that it be tried again or gone back to. It is tested anew, and people are
 * asked anew. What was said against a release stands, and so does what runs. What was found running then is no pass any more.
 *
 * A switch whose end is lost was taken back: if it was not, what it has switched to runs, and is found running.
 */
export function countedOf(records: readonly (LedgerRecord | typeof lost)[]): LedgerRecord[] {
  const last = records.lastIndexOf(lost);
  if (last === -1) return records as LedgerRecord[];
  const counted: LedgerRecord[] = [];
  const open = new Map<string, SwitchRecord>();
  records.forEach((record, index) => {
    if (record === lost) {
      counted.push(...[...open.values()].map(takenBack));
      open.clear();
      return;
    }
    if (record.kind === 'switch') open.set(record.environment, record);
    else if (switchKinds.has(record.kind)) open.delete(record.environment);
    if (index > last || !isInFavour(record))
      counted.push(record.kind === 'adopted' && index < last ? ran(record) : record);
  });
  return counted;
}

/** Whether a record, for itself, lets something in that would not get in without it. */
export function isInFavour(record: LedgerRecord): boolean {
  switch (record.kind) {
    case 'verdict':
      return record.verdict === 'passed';
    case 'approval':
      return record.verdict === 'approved';
    case 'tested':
    case 'again':
    case 'rollback':
      return true;
    default:
      return false;
  }
}

/** What was found running, without the pass that this is. */
function ran({ at, environment, candidate, by, releases }: AdoptedRecord): CutoverRecord {
  return { kind: 'cutover', at, environment, candidate, ...(by === undefined ? {} : { by }), releases };
}

function takenBack({ at, environment, candidate, by, releases, from }: SwitchRecord): TakenBackRecord {
  const entry = { at, environment, candidate, ...(by === undefined ? {} : { by }), releases, to: from ?? {} };
  const summary = 'the record of how this switch ended is lost';
  return { kind: 'taken-back', ...entry, summary, evidence: '', seconds: 0 };
}
