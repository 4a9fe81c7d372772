import { whoIsAtWork } from '../../pipelines/by';
import { appendRecord, readLedger } from '../../targets/ledger';
import { combine } from '../../releases/verdicts';
import { findTested, lastCutover, type TestedRecord, type VerdictRecord } from '../../releases/ledger';
import { describeFully } from '../../releases/describe';
import { candidateKey } from '../../releases/names';
import { changedBetween, notServing } from '../../releases/served';
import type { CheckSummary } from '../../releases/types';
import type { GateOfTarget } from './gate-target';
import { keepPage } from './keep-page';
import { runChecks } from './run-checks';
import { note as say } from '../../base/terminal';

/** A pass of a gate's checks. */
export type TestPass = Omit<TestedRecord, 'kind'>;

/**
 * Has a gate's checks test a candidate, unless the ledger has their pass already, and records what they say. A pass is recorded
 * as the gate's only if the gate asks for nothing else.
 * @returns the pass; or the verdict, already recorded, of checks that did not pass
 */
export async function testCandidate(input: GateOfTarget): Promise<TestPass | VerdictRecord> {
  const { environment, candidate, gate, ledger, upstream: name, digests } = input;
  const known = findTested(await readLedger(ledger), environment, candidate, gate, { name, digests });
  if (known !== undefined) {
    say(`the ledger has it: the checks passed on ${known.at}`);
    return { ...tested(known), at: new Date().toISOString(), by: whoIsAtWork() };
  }
  const record = await ask(input);
  if (record.verdict !== 'passed') {
    await appendRecord(ledger, record);
    await keepPage(input, record);
    if (record.verdict === 'unknown') await recordSuperseded(input);
    return record;
  }
  const waits: TestedRecord | undefined = gate.approval && { ...tested(record), kind: 'tested' };
  if (waits !== undefined) await appendRecord(ledger, waits);
  await keepPage(input, waits ?? record);
  return tested(record);
}

/** Whether checks did not pass. */
export function isVerdict(answer: TestPass | VerdictRecord): answer is VerdictRecord {
  return 'kind' in answer;
}

function tested(record: TestedRecord | VerdictRecord): TestPass {
  const { at, environment, candidate, by, upstream, digests, gate, summary, checks, evidence, seconds } = record;
  const more = { ...(by === undefined ? {} : { by }), ...(digests === undefined ? {} : { digests }) };
  return { at, environment, candidate, ...more, upstream, gate, summary, checks, evidence, seconds };
}

/** What could not be told because upstream has gone on is superseded: whoever looks for it later finds by what. */
async function recordSuperseded(input: GateOfTarget): Promise<void> {
  const { ledger, target, environment, upstream, candidate } = input;
  const newer = lastCutover(await readLedger(target.ledger), upstream)?.candidate;
  if (
    newer === undefined ||
    Object.values(candidate).every(({ service, digest }) => newer[service]?.digest === digest)
  ) {
    return;
  }
  say(`superseded: ${upstream} has taken ${describeFully(newer)} since`);
  const at = new Date().toISOString();
  await appendRecord(ledger, { kind: 'superseded', at, environment, candidate, newer, by: whoIsAtWork() });
}

async function ask(input: GateOfTarget): Promise<VerdictRecord> {
  const [started, began] = [new Date(), performance.now()];
  const { target } = input;
  const evidence = `${input.environment}/${candidateKey(input.candidate)}/${started.toISOString().replace(/[:.]/g, '-')}`;
  const record = (verdict: VerdictRecord['verdict'], summary: string, checks: CheckSummary[]): VerdictRecord => ({
    kind: 'verdict',
    at: started.toISOString(),
    environment: input.environment,
    upstream: input.upstream,
    ...(input.digests === undefined ? {} : { digests: input.digests }),
    candidate: input.candidate,
    gate: input.gate,
    verdict,
    summary,
    checks,
    evidence: checks.length === 0 ? '' : evidence,
    by: whoIsAtWork(),
    seconds: Math.round((performance.now() - began) / 100) / 10,
  });

  say(`candidate: ${describeFully(input.candidate)}`);
  if (input.gate.checks.length === 0) {
    if (input.gate.approval !== undefined) return record('passed', 'the gate has no checks', []);
    say(`the gate of ${input.environment} is empty: everything that ${input.upstream} takes passes`);
    return record('passed', 'the gate is empty', []);
  }
  const before = await target.served();
  const { digests } = input;
  const wanted =
    digests === undefined
      ? input.candidate
      : Object.fromEntries(Object.entries(digests).map(([service, digest]) => [service, { digest }]));
  const other = notServing(wanted, before);
  if (other !== undefined)
    return record(
      'unknown',
      `${input.upstream} does not serve ${digests === undefined ? 'the candidate' : 'what it has deployed'}: ${other}`,
      [],
    );

  const checks = await runChecks({
    checkPlace: await target.checksBeside(Object.keys(before)),
    instance: input.instance,
    environment: input.upstream,
    ledger: input.ledger,
    candidate: input.candidate,
    checks: input.gate.checks,
    evidence,
    say,
    secrets: input.secrets,
  });
  const after = await target.served();
  const changed = notServing(wanted, after) ?? changedBetween(before, after);
  if (changed !== undefined) {
    return record('unknown', `${input.upstream} was changed while its checks ran: ${changed}`, checks);
  }
  const { verdict, summary } = combine(checks);
  return record(verdict, summary, checks);
}
