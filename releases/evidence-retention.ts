import { evidenceIn, namesEvidence, type RecordWithEvidence } from './evidence';
import type { LedgerRecord } from './ledger';
import { candidateKey, canonicalJson, gateHash } from './names';
import type { Candidate } from './types';

/** How long evidence is kept: `sluice:retainEvidence`. Both have to hold. */
export interface EvidenceRetention {
  /** So many runs, the newest. */
  runs: number;
  days: number;
}

/** Of what was refused, taken back or not healthy so many times more is kept: somebody may have to explain it long after. */
const moreOfRefusals: EvidenceRetention = { runs: 2, days: 4 };

const dayInMs = 24 * 60 * 60 * 1000;

/** What is kept of refusals, take-backs and releases that did not become healthy. They are counted by themselves. */
export function ofRefusals({ runs, days }: EvidenceRetention): EvidenceRetention {
  return { runs: runs * moreOfRefusals.runs, days: days * moreOfRefusals.days };
}

/**
 * The evidence that an environment keeps no longer: of runs before the newest so many, and of older ones than so many days, counted from the last
 * record that names them. Order is that of the ledger. A clock that is wrong can remove evidence, and decides nothing.
 *
 * Never of it: the newest of each sort, with what stands; and of a candidate that may be taken the newest of each sort for each gate and state of upstream
 * that was tested.
 * @param o.records all of the environment, oldest first
 * @param o.mayBeTaken see {@link takeable}
 * @returns folders below the ledger's `evidence/`, oldest first
 */
export function outdatedEvidence(o: {
  environment: string;
  records: readonly LedgerRecord[];
  mayBeTaken: (candidate: Candidate) => boolean;
  retain: EvidenceRetention;
  now: Date;
}): string[] {
  const named = o.records.filter((record) => record.environment === o.environment).filter(namesEvidence);
  const stays = alwaysKept(named, o.mayBeTaken);
  const refusals = new Set(named.filter(isRefusal).map(({ evidence }) => evidence));
  const counted = { refusals: 0, others: 0 };
  const over = evidenceIn(o.records, o.environment).filter(({ evidence = '', at }) => {
    const sort = refusals.has(evidence) ? 'refusals' : 'others';
    const { runs, days } = sort === 'refusals' ? ofRefusals(o.retain) : o.retain;
    counted[sort] += 1;
    return !stays.has(evidence) && (counted[sort] > runs || o.now.getTime() - Date.parse(at) > days * dayInMs);
  });
  return over.map(({ evidence = '' }) => evidence).reverse();
}

/** @param named oldest first */
function alwaysKept(
  named: readonly RecordWithEvidence[],
  mayBeTaken: (candidate: Candidate) => boolean,
): ReadonlySet<string> {
  const newest = new Map<string, string>();
  for (const record of named.filter(({ evidence = '' }) => evidence !== '')) {
    const { candidate, evidence = '' } = record;
    newest.set(sortOf(record), evidence);
    if (mayBeTaken(candidate)) {
      newest.set(`${sortOf(record)} ${candidateKey(candidate)} ${testedBy(record)}`, evidence);
    }
  }
  return new Set(newest.values());
}

function sortOf(record: RecordWithEvidence): string {
  return record.kind === 'verdict' ? `${record.kind} ${record.verdict}` : record.kind;
}

/** A gate, and what it was asked about besides the candidate: a pass is a pass of these. */
function testedBy(record: RecordWithEvidence): string {
  if (record.kind !== 'verdict' && record.kind !== 'tested') return '';
  const { gate, upstream, digests = null } = record;
  return `${gateHash(gate)} ${canonicalJson({ upstream, digests })}`;
}

/** Whether it keeps a release out for good. A gate that could not tell is asked again. */
function isRefusal(record: RecordWithEvidence): boolean {
  if (record.kind === 'verdict') return record.verdict === 'refused';
  return record.kind === 'taken-back' || record.kind === 'unhealthy';
}
