import { quoted, sluice } from '../base/command';
import type {
  CutoverRecord,
  LedgerRecord,
  RecordKind,
  TakenBackRecord,
  TestedRecord,
  UnhealthyRecord,
  VerdictRecord,
} from './ledger';

/** Records that may name evidence. */
export type RecordWithEvidence = VerdictRecord | TestedRecord | CutoverRecord | TakenBackRecord | UnhealthyRecord;

/** Which evidence somebody wants to see. */
export interface EvidenceWish {
  /** Only what the checks of a gate have left. */
  gate?: boolean;
  /** A digest or a commit, or its beginning: of a service that the evidence is about. */
  release?: string;
  /** A folder, or its last part, as history shows it; or a number: 1 is the newest, 2 the one before. */
  which?: string;
}

/** What names evidence of an environment, newest first. What several records name counts once, as the newest one tells it. */
export function evidenceIn(records: readonly LedgerRecord[], environment: string): RecordWithEvidence[] {
  const seen = new Set<string>();
  return records.toReversed().flatMap((record) => {
    if (record.environment !== environment || !namesEvidence(record)) return [];
    const { evidence = '' } = record;
    if (evidence === '' || seen.has(evidence)) return [];
    seen.add(evidence);
    return [record];
  });
}

/**
 * The evidence that is meant: without a wish that of what keeps the newest candidate out, else the newest.
 * @returns undefined when there is none
 */
export function wishedEvidence(
  records: readonly LedgerRecord[],
  environment: string,
  { gate = false, release, which }: EvidenceWish = {},
): RecordWithEvidence | undefined {
  const found = evidenceIn(records, environment).filter(
    (record) => (!gate || ofGates.has(record.kind)) && (release === undefined || isOf(record, release)),
  );
  if (which === undefined) return found.find((record) => stands(record, records)) ?? found[0];
  if (/^\d+$/.test(which)) return found[Number(which) - 1];
  return found.find(({ evidence = '' }) => evidence === which || nameOf(evidence) === which);
}

/** What people type to see evidence, whatever there is later on: a job's log is also read the day after. @param evidence its folder */
export function evidenceCommand(environment: string, evidence: string): string {
  return sluice('evidence', environment, quoted(nameOf(evidence)));
}

/** What stands in the place of {@link evidenceCommand} once it has been removed. */
export const noLongerKept = 'no longer kept (sluice:retainEvidence)';

const ofGates: ReadonlySet<RecordKind> = new Set<RecordKind>(['verdict', 'tested']);

/** After these a refusal of a gate, or of an environment itself, is no news. */
const overtakers: Readonly<Record<'gate' | 'environment', ReadonlySet<RecordKind>>> = {
  gate: new Set<RecordKind>(['verdict', 'tested', 'adopted']),
  environment: new Set<RecordKind>(['cutover', 'adopted', 'rollback']),
};

/** Whether this keeps something out, and nothing that came after has changed that. */
function stands(record: RecordWithEvidence, records: readonly LedgerRecord[]): boolean {
  if (record.kind === 'cutover' || record.kind === 'tested') return false;
  if (record.kind === 'verdict' && record.verdict === 'passed') return false;
  const by = overtakers[record.kind === 'verdict' ? 'gate' : 'environment'];
  const later = records.slice(records.lastIndexOf(record) + 1);
  return later.every(({ environment, kind }) => environment !== record.environment || !by.has(kind));
}

/** Whether a record is of a kind that may name evidence. */
export function namesEvidence(record: LedgerRecord): record is RecordWithEvidence {
  return ['verdict', 'tested', 'cutover', 'taken-back', 'unhealthy'].includes(record.kind);
}

function isOf({ candidate }: RecordWithEvidence, release: string): boolean {
  const wanted = release.replace(/^sha256:/, '').toLowerCase();
  return Object.values(candidate).some(
    ({ digest, revision }) => digest.replace(/^sha256:/, '').startsWith(wanted) || revision.startsWith(wanted),
  );
}

/** The last part of an evidence's folder: it says when, and is not the same twice in an environment. */
function nameOf(evidence: string): string {
  return evidence.split('/').at(-1) ?? '';
}
