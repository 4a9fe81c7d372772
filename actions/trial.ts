import { readLedger } from '../targets/ledger';
import { findVerdict } from '../releases/ledger';
import { candidateKey, checksHash } from '../releases/names';
import { ActionFailed } from './runner';
import { placed } from '../targets/places';
import { refusedByChecks } from './lib/gate-words';
import { isVerdict, testCandidate, type GateInput } from './lib/test-candidate';

/** What a trial leaves. It names no digest to deploy: that is the gate's to say. */
export interface TrialOutput {
  candidateKey: string;
  checksHash: string;
}

/**
 * Has the checks test a candidate that waits for an approval, so that whoever approves sees what they say.
 * @throws ActionFailed unless they passed
 */
export default async function trial(raw: unknown): Promise<TrialOutput> {
  const input = placed(raw as GateInput);
  const { ledger, environment, candidate, gate } = input;
  const recorded = findVerdict(await readLedger(ledger), environment, candidate, gate);
  if (recorded?.verdict === 'refused') throw new ActionFailed(refusedByChecks(input, recorded));
  const answer = await testCandidate(input);
  if (isVerdict(answer)) throw new ActionFailed(refusedByChecks(input, answer));
  return { candidateKey: candidateKey(candidate), checksHash: checksHash(gate) };
}
