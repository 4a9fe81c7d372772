import { isByAnother } from './approval';
import { isSettled, type LedgerRecord } from './ledger';
import { isInFavour } from './lost-records';
import { candidateKey, canonicalJson, checksHash, gateHash } from './names';
import { switchKinds } from './switches';

/**
 * What decisions need of a ledger: a part of its records, in their order, from which every decision comes out the same, whatever records come after
 * them, and whichever of those are lost ({@link countedOf}). The past as people read it is not whole in it.
 *
 * Of what says the same again about the same, the last is kept; what an environment has run, gone back to, tried again and retired is kept as
 * it was, because what can be gone back to is the outcome of all of it.
 */
export function needed(records: readonly LedgerRecord[]): LedgerRecord[] {
  const kept = new Set<LedgerRecord>();
  const last = new Map<string, LedgerRecord>();
  const switches = new Map<string, LedgerRecord[]>();
  for (const record of records) {
    if (always.has(record.kind)) kept.add(record);
    for (const key of keysOf(record)) last.set(key, record);
    if (!switchKinds.has(record.kind)) continue;
    const before = switches.get(record.environment);
    if (before === undefined) switches.set(record.environment, [record]);
    else before.push(record);
  }
  for (const record of last.values()) kept.add(record);
  for (const own of switches.values()) for (const record of neededSwitches(own)) kept.add(record);
  return records.filter((record) => kept.has(record));
}

const always: ReadonlySet<LedgerRecord['kind']> = new Set(['cutover', 'adopted', 'rollback', 'again', 'retired']);

/** What a record is about: the last one about each is kept. */
function keysOf(record: LedgerRecord): string[] {
  const { kind, environment, candidate } = record;
  const about = [environment, candidateKey(candidate)];
  const key = (...parts: readonly unknown[]): string => canonicalJson([...about, ...parts]);
  // Where somebody last had to do with it, and what was last said of it that stands when a later record is lost.
  const whatever = kind === 'retired' ? [] : [key(isInFavour(record))];
  switch (kind) {
    case 'verdict':
    case 'tested': {
      const { gate, upstream, digests } = record;
      const verdict = kind === 'verdict' ? record.verdict : 'tested';
      return [...whatever, key(kind, verdict, gateHash(gate), checksHash(gate), upstream, digests ?? null)];
    }
    case 'approval':
      return [...whatever, key(kind, record.verdict, record.person, isByAnother(record))];
    case 'taken-back':
    case 'unhealthy':
      return [...whatever, key(kind, record.releases)];
    default:
      return whatever;
  }
}

/** Of an environment's switches: the last that was broken off with what came after it and how that ended, and what came since one stayed. */
export function neededSwitches(own: readonly LedgerRecord[]): LedgerRecord[] {
  const broken = own.findLastIndex((record, index) => {
    const next = own[index + 1];
    return record.kind === 'switch' && next !== undefined && !isSettled(next);
  });
  const since = own.slice(own.findLastIndex(isSettled) + 1);
  const lastOfEach = new Map(since.map((record) => [`${record.kind} ${candidateKey(record.candidate)}`, record]));
  // What came after it may be a switch that stayed: without its end it would seem to be the last that was broken off.
  const after = own[broken + 1]?.kind === 'switch' ? 3 : 2;
  return [...(broken === -1 ? [] : own.slice(broken, broken + after)), ...lastOfEach.values()];
}
