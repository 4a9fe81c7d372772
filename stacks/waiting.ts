import * as pulumi from '@pulumi/pulumi';
import { Action } from '../components/action';
import type { Decision, Waiting } from '../releases/decision';
import { describeFully, howToApprove } from '../releases/describe';
import { candidateKey, checksHash } from '../releases/names';
import type { GatePlace } from './gate-place';

/** Says what waits for an approval, who is waited for and what to type; a preview says it too. */
export async function tellWaiting(environment: string, { waiting, take }: Decision): Promise<void> {
  if (waiting === undefined) return;
  const { candidate, gate } = waiting;
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
export function tryWaiting(
  waiting: Waiting | undefined,
  { input, secretFor }: GatePlace,
  after?: pulumi.Resource,
): void {
  if (waiting === undefined) return;
  const { candidate, gate } = waiting;
  new Action(
    'trial',
    {
      action: 'trial',
      input: { ...input, candidate, gate },
      secret: secretFor(gate.checks),
      triggers: [candidateKey(candidate), checksHash(gate)],
    },
    after === undefined ? {} : { dependsOn: after },
  );
}
