import { isSettled, type LedgerRecord } from '../../releases/ledger';
import { alwaysAbout, landmarks, placesFor, placesOf, type Subject } from '../../releases/part';

/** What decisions about a subject need of a ledger's older records, and all that came since. */
export function part(older: readonly LedgerRecord[], since: readonly LedgerRecord[], subject: Subject): LedgerRecord[] {
  const marks = landmarks(older);
  const about = [...subject.candidates, ...alwaysAbout([...marks, ...since])];
  const { all, last } = placesFor({ ...subject, candidates: about });
  const kept = new Set([
    ...marks,
    ...older.filter((record) => placesOf(record).some((place) => all.includes(place))),
    ...last.flatMap((place) => older.findLast((record) => isSettled(record) && placesOf(record).includes(place)) ?? []),
  ]);
  return [...older.filter((record) => kept.has(record)), ...since];
}

/** All records, or of them, as of older ones alone, what decisions about a subject need. */
export function asRead(records: readonly LedgerRecord[], subject: Subject | undefined): LedgerRecord[] {
  return subject === undefined ? [...records] : part(records, [], subject);
}
