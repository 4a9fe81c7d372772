import { appendRecord, readLedger } from '../targets/ledger';
import { findVerdict } from '../releases/ledger';
import { candidateKey, checksHash } from '../releases/names';
import { ActionFailed } from '../base/errors';
import type { ActionInput, ActionOutput } from './contract';
import { isAskedAgain } from './gate';
import { refusedByChecks } from './lib/gate-words';
import { withTarget } from './lib/gate-target';
import { isVerdict, testCandidate } from './lib/test-candidate';

/**
 * Has the checks test a candidate that waits for an approval, so that whoever approves sees what they say; or one that stood refused and that
 * somebody wants tested again. Where nobody is asked besides, their pass is the gate's: the next update takes the candidate.
 * @throws ActionFailed unless they passed
 */
export default async function trial(input: ActionInput<'trial'>): Promise<ActionOutput<'trial'>> {
  const asked = withTarget(input);
  const { ledger, environment, candidate, gate, upstream: name, digests } = asked;
  const records = await readLedger(ledger);
  const recorded = findVerdict(records, environment, candidate, gate, { name, digests });
  if (recorded?.verdict === 'refused' && !isAskedAgain(records, recorded)) {
    throw new ActionFailed(refusedByChecks(asked, recorded));
  }
  const answer = await testCandidate(asked);
  if (isVerdict(answer)) throw new ActionFailed(refusedByChecks(asked, answer));
  if (gate.approval === undefined && recorded?.verdict !== 'passed') {
    await appendRecord(ledger, { ...answer, kind: 'verdict', gate, verdict: 'passed' });
  }
  return { candidateKey: candidateKey(candidate), checksHash: checksHash(gate) };
}
