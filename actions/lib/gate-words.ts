import type { ApprovalRecord, VerdictRecord } from '../../releases/ledger';
import { approveCommand, describeFully } from '../../releases/describe';
import { evidenceCommand } from '../../releases/evidence';
import { sluice } from '../../base/command';
import type { ActionInput } from '../contract';
import { nextLine } from '../../base/errors';

/** What a gate was asked, as far as its answer tells of it. */
type GateQuestion = Pick<ActionInput<'gate'>, 'environment' | 'upstream' | 'candidate'>;

/** Why checks keep a candidate out, and what to do. */
export function refusedByChecks({ environment, upstream, candidate }: GateQuestion, record: VerdictRecord): string {
  const next =
    record.verdict === 'refused'
      ? `push a change that passes, or change the gate; by hand: ${sluice('check')} ${upstream}`
      : 'npm run up (an unknown verdict is sought again)';
  return [
    `${environment} does not take ${describeFully(candidate)}: ${record.verdict}, ${record.summary}`,
    ...(record.evidence === '' ? [] : [`  evidence: ${evidenceCommand(environment, record.evidence)}`]),
    nextLine(next),
  ].join('\n');
}

/** Who keeps a candidate out, and why. */
export function refusedByPerson(
  { environment, candidate }: GateQuestion,
  { person, reason, at }: ApprovalRecord,
): string {
  return [
    `${environment} does not take ${describeFully(candidate)}: refused by ${person} at ${at}, ${reason}`,
    nextLine(`push another change; whoever may approve it can still do so: ${approveCommand(environment, candidate)}`),
  ].join('\n');
}

/** That a candidate has been approved by nobody, or not any more. */
export function waits({ environment, candidate }: GateQuestion, expired: ApprovalRecord | undefined): string {
  const why = expired === undefined ? '' : `; the one by ${expired.person} expired at ${expired.expiresAt}`;
  return [
    `${environment} does not take ${describeFully(candidate)}: it waits for an approval${why}`,
    nextLine(approveCommand(environment, candidate)),
  ].join('\n');
}
