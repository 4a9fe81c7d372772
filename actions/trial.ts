import { readLedger } from '../targets/ledger';
import { findVerdict } from '../releases/ledger';
import { candidateKey, checksHash } from '../releases/names';
import { ActionFailed } from '../base/errors';
import type { ActionInput, ActionOutput } from './contract';
import { refusedByChecks } from './lib/gate-words';
import { withTarget } from './lib/gate-target';
import { isVerdict, testCandidate } from './lib/test-candidate';

/**
 * Has the checks test a candidate that waits for an approval, so that whoever approves sees what they say.
 * @throws ActionFailed unless they passed
 */
export default async function trial(input: ActionInput<'trial'>): Promise<ActionOutput<'trial'>> {
  const asked = withTarget(input);
  const { ledger, environment, candidate, gate, upstream: name, digests } = asked;
  const recorded = findVerdict(await readLedger(ledger), environment, candidate, gate, { name, digests });
  if (recorded?.verdict === 'refused') throw new ActionFailed(refusedByChecks(asked, recorded));
  const answer = await testCandidate(asked);
  if (isVerdict(answer)) throw new ActionFailed(refusedByChecks(asked, answer));
  return { candidateKey: candidateKey(candidate), checksHash: checksHash(gate) };
}
