import { whoIsAtWork } from '../pipelines/by';
import type { KnownHead } from '../store/ledger/entry';
import { appendRecord, chainOf, readLedger } from '../targets/ledger';
import { approvalOf, approvalText } from '../releases/approval';
import { wantedSince } from '../releases/again';
import { findVerdict, type LedgerRecord, type VerdictRecord } from '../releases/ledger';
import { candidateKey, digestsOf, gateHash } from '../releases/names';
import { ActionFailed } from '../base/errors';
import { note as say } from '../base/terminal';
import type { ActionInput, ActionOutput } from './contract';
import { withTarget, type GateOfTarget } from './lib/gate-target';
import { refusedByChecks, refusedByPerson, waits } from './lib/gate-words';
import { isVerdict, testCandidate, type TestPass } from './lib/test-candidate';

/**
 * Asks a gate about a candidate and records the verdict: first its checks, since what fails them needs to bother nobody, then
 * whether a person has approved exactly this candidate, refused it, or let the approval go by. The approval is used in this
 * moment: a recorded pass is a pass.
 * @throws ActionFailed unless the verdict is "passed", with what happened and what to do
 */
export default async function gate(input: ActionInput<'gate'>): Promise<ActionOutput<'gate'>> {
  const asked = withTarget(input);
  const { ledger, environment, candidate, gate: rule, upstream: name, digests } = asked;
  const { records, head } = await chainOf(ledger);
  const recorded = findVerdict(records, environment, candidate, rule, { name, digests });
  if (recorded !== undefined && recorded.verdict !== 'unknown' && !isAskedAgain(records, recorded)) {
    say(`the ledger has it: ${recorded.verdict} on ${recorded.at}`);
    if (recorded.verdict === 'refused') throw new ActionFailed(refusedByChecks(asked, recorded));
    await askPeople(asked, 'has passed');
    return passed(asked, head);
  }
  const answer = await testCandidate(asked);
  if (isVerdict(answer)) throw new ActionFailed(refusedByChecks(asked, answer));
  const approval = await askPeople(asked);
  return passed(asked, await appendRecord(asked.ledger, verdictOf(asked, answer, approval)));
}

/** Whether somebody wants tested again what was refused then. */
export function isAskedAgain(records: readonly LedgerRecord[], verdict: VerdictRecord): boolean {
  const { environment, candidate } = verdict;
  return verdict.verdict === 'refused' && wantedSince(records, environment, candidate, verdict) !== undefined;
}

/**
 * What people say of the candidate.
 * @param before that it has passed before: then only a refusal counts
 * @returns the approval in words; undefined when none is asked for
 */
async function askPeople({ ledger, ...input }: GateOfTarget, before?: 'has passed'): Promise<string | undefined> {
  const { environment, candidate, gate } = input;
  if (gate.approval === undefined) return undefined;
  const records = await readLedger(ledger);
  const approval = approvalOf({ environment, candidate, rule: gate.approval, records, now: new Date() });
  if (approval.state === 'refused') throw new ActionFailed(refusedByPerson(input, approval.record));
  if (approval.state !== 'missing') return approvalText(approval.record);
  if (before !== undefined) return undefined;
  throw new ActionFailed(waits(input, approval.expired));
}

function verdictOf(input: GateOfTarget, tested: TestPass, approval: string | undefined): VerdictRecord {
  const summary = approval === undefined ? tested.summary : `${tested.summary}; ${approval}`;
  return {
    ...tested,
    kind: 'verdict',
    // What an approval completes is a pass from now on, by whoever is at work now.
    ...(approval === undefined ? {} : { at: new Date().toISOString(), by: whoIsAtWork() }),
    gate: input.gate,
    verdict: 'passed',
    summary,
  };
}

function passed({ candidate, gate, digests }: GateOfTarget, head: KnownHead): ActionOutput<'gate'> {
  return {
    candidateKey: candidateKey(candidate),
    gateHash: gateHash(gate),
    promoted: { ...digests, ...digestsOf(candidate) },
    head,
  };
}
