import * as pulumi from '@pulumi/pulumi';
import { Action } from '../components/action';
import type { Decision, PendingApproval, PendingTest } from '../releases/decision';
import { describeFully, howToApprove } from '../releases/describe';
import { candidateKey, checksHash, shortHash } from '../releases/names';
import { retestName } from '../releases/names';
import type { GatePlace } from './gate-place';

/** Says what waits for an approval, who is waited for and what to type; a preview says it too. */
export async function warnOfPendingApproval(environment: string, { pendingApproval, take }: Decision): Promise<void> {
  if (pendingApproval === undefined) return;
  const { candidate, gate } = pendingApproval;
  const approvers = gate.approval?.approvers ?? [];
  const by = approvers.length === 0 ? '' : ` by ${approvers.join(' or ')}`;
  await pulumi.log.warn(
    `${environment} ${take === undefined ? 'takes nothing yet' : 'keeps what it runs'}: ${describeFully(candidate)} ` +
      `waits for an approval${by}; ${howToApprove(environment, candidate, gate.approval)}`,
  );
}

/**
 * Has the checks test a candidate that waits, once everything else is reconciled. Nothing takes an image from what this prints,
 * so there is no way from here to a deployment. It is gone with the candidate's waiting.
 */
export function declareTrial(
  pendingApproval: PendingApproval | undefined,
  place: GatePlace,
  after?: pulumi.Resource,
): void {
  if (pendingApproval !== undefined) declareTest('trial', pendingApproval, [], place, after);
}

/**
 * Has the checks test once more what they have refused, since somebody wants that, once what runs is reconciled. When they pass it, the next
 * update takes it.
 */
export async function declareRetest(
  retest: PendingTest | undefined,
  place: GatePlace,
  after: pulumi.Resource,
): Promise<void> {
  if (retest === undefined) return;
  await pulumi.log.warn(
    `${place.input.environment} keeps what it runs while ${describeFully(retest.candidate)} is tested once more`,
  );
  declareTest(retestName, retest, [retest.wantedAt], place, after);
}

function declareTest(
  name: string,
  { candidate, gate, upstream }: Pick<PendingTest, 'candidate' | 'gate' | 'upstream'>,
  more: readonly string[],
  { input, secretFor }: GatePlace,
  after?: pulumi.Resource,
): void {
  const digests = upstream?.digests;
  new Action(
    name,
    {
      action: 'trial',
      input: { ...input, candidate, gate, digests },
      secret: secretFor(gate.checks),
      // What upstream serves beside it is part of the question.
      triggers: [
        candidateKey(candidate),
        checksHash(gate),
        ...(digests === undefined ? [] : [shortHash(digests)]),
        ...more,
      ],
    },
    { dependsOn: after },
  );
}
