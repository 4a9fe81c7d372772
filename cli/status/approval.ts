import { approvalOf, approvalText } from '../../releases/approval';
import type { LedgerRecord } from '../../releases/ledger';
import type { Candidate, Gate } from '../../releases/types';

/** What people have said of a candidate, as status prints it. */
export interface ApprovalStatus {
  state: 'missing' | 'approved' | 'refused' | 'expired';
  /** Who said it last; null before anybody did. */
  person: string | null;
  /** Why; empty when nobody said. */
  reason: string;
  /** ISO 8601; null before anybody said anything. */
  at: string | null;
  /** ISO 8601: until when an approval holds, or held; else null. */
  expiresAt: string | null;
  /** One sentence of all this. */
  summary: string;
}

/** What people have said of a candidate; null where the gate asks nobody. */
export function approvalStatus(o: {
  environment: string;
  candidate: Candidate;
  gate: Gate;
  records: readonly LedgerRecord[];
  now: Date;
}): ApprovalStatus | null {
  const rule = o.gate.approval;
  if (rule === undefined) return null;
  const said = approvalOf({ ...o, rule });
  const record = said.state === 'missing' ? said.expired : said.record;
  const asked = `it waits for an approval${rule.approvers.length === 0 ? '' : ` by ${rule.approvers.join(' or ')}`}`;
  if (record === undefined) {
    return { state: 'missing', person: null, reason: '', at: null, expiresAt: null, summary: asked };
  }
  const { person, reason, at, expiresAt } = record;
  const state = said.state === 'missing' ? 'expired' : said.state;
  const summary = state === 'expired' ? `${asked}; the one by ${person} expired` : approvalText(record);
  return { state, person, reason, at, expiresAt, summary };
}
