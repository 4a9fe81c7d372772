import type { PromotionOutput } from '../components/promotion';
import { served } from '../engine/edge';
import { whoIsAtWork } from '../engine/by';
import { appendRecord, readLedger } from '../engine/ledger';
import { combine } from '../releases/verdicts';
import { findVerdict, lastCutover, type VerdictRecord } from '../releases/ledger';
import { candidateKey, gateHash, shortDigest } from '../releases/names';
import { changedBetween, notServing } from '../releases/served';
import type { Candidate, CheckSummary, Gate } from '../releases/types';
import { runChecks } from './lib/run-checks';
import { ActionFailed } from './runner';

/** What a promotion asks. */
export interface GateInput {
  instance: string;
  environment: string;
  upstream: string;
  upstreamNetwork: string;
  ledger: string;
  candidate: Candidate;
  gate: Gate;
  /** What its checks get beside their settings, by config key; in no record. */
  secrets?: Readonly<Record<string, string>>;
}

/**
 * Asks a gate about a candidate and records the verdict.
 * @throws ActionFailed unless the verdict is "passed", with what happened and what to do
 */
export default async function gate(raw: unknown): Promise<PromotionOutput> {
  const input = raw as GateInput;
  const recorded = findVerdict(await readLedger(input.ledger), input.environment, input.candidate, input.gate);
  if (recorded !== undefined && recorded.verdict !== 'unknown') {
    say(`the ledger has it: ${recorded.verdict} on ${recorded.at}`);
    return conclude(input, recorded);
  }
  const record = await ask(input);
  await appendRecord(input.ledger, record);
  if (record.verdict === 'unknown') await recordSuperseded(input);
  return conclude(input, record);
}

/** What could not be told because upstream has gone on is superseded: whoever looks for it later finds by what. */
async function recordSuperseded({ ledger, environment, upstream, candidate }: GateInput): Promise<void> {
  const newer = lastCutover(await readLedger(ledger), upstream)?.candidate;
  if (
    newer === undefined ||
    Object.values(candidate).every(({ service, digest }) => newer[service]?.digest === digest)
  ) {
    return;
  }
  say(`superseded: ${upstream} has taken ${describe(newer)} since`);
  const at = new Date().toISOString();
  await appendRecord(ledger, { kind: 'superseded', at, environment, candidate, newer, by: whoIsAtWork() });
}

async function ask(input: GateInput): Promise<VerdictRecord> {
  const started = new Date();
  const look = () =>
    served({
      instance: input.instance,
      environment: input.upstream,
      edge: `${input.instance}-${input.upstream}-edge`,
      network: input.upstreamNetwork,
    });
  const evidence = `${input.environment}/${candidateKey(input.candidate)}/${started.toISOString().replace(/[:.]/g, '-')}`;
  const record = (verdict: VerdictRecord['verdict'], summary: string, checks: CheckSummary[]): VerdictRecord => ({
    kind: 'verdict',
    at: started.toISOString(),
    environment: input.environment,
    upstream: input.upstream,
    candidate: input.candidate,
    gate: input.gate,
    verdict,
    summary,
    checks,
    evidence: checks.length === 0 ? '' : evidence,
    by: whoIsAtWork(),
    seconds: Math.round((Date.now() - started.getTime()) / 100) / 10,
  });

  say(`candidate: ${describe(input.candidate)}`);
  if (input.gate.checks.length === 0) {
    say(`the gate of ${input.environment} is empty: everything that ${input.upstream} takes passes`);
    return record('passed', 'the gate is empty', []);
  }
  const before = await look();
  const other = notServing(input.candidate, before);
  if (other !== undefined) return record('unknown', `${input.upstream} does not serve the candidate: ${other}`, []);

  const checks = await runChecks({
    instance: input.instance,
    environment: input.upstream,
    network: input.upstreamNetwork,
    ledger: input.ledger,
    candidate: input.candidate,
    checks: input.gate.checks,
    services: Object.keys(before),
    evidence,
    say,
    secrets: input.secrets,
  });
  const after = await look();
  const changed = notServing(input.candidate, after) ?? changedBetween(before, after);
  if (changed !== undefined) {
    return record('unknown', `${input.upstream} was changed while its checks ran: ${changed}`, checks);
  }
  const { verdict, summary } = combine(checks);
  return record(verdict, summary, checks);
}

function conclude(input: GateInput, record: VerdictRecord): PromotionOutput {
  if (record.verdict === 'passed') {
    return {
      candidateKey: candidateKey(input.candidate),
      gateHash: gateHash(input.gate),
      promoted: Object.fromEntries(Object.values(input.candidate).map(({ service, digest }) => [service, digest])),
    };
  }
  const next =
    record.verdict === 'refused'
      ? `push a change that passes, or change the gate; by hand: npm run check -- ${input.upstream}`
      : 'npm run up (an unknown verdict is sought again)';
  throw new ActionFailed(
    [
      `${input.environment} does not take ${describe(input.candidate)}: ${record.verdict}, ${record.summary}`,
      ...(record.evidence === '' ? [] : [`  evidence: ${record.evidence} (npm run status shows where)`]),
      `  next: ${next}`,
    ].join('\n'),
  );
}

function describe(candidate: Candidate): string {
  return Object.values(candidate)
    .map(({ service, digest, revision, message }) =>
      [`${service} ${shortDigest(digest)}`, revision.slice(0, 8), message === undefined ? '' : `"${message}"`]
        .filter((part) => part !== '')
        .join(' '),
    )
    .join(', ');
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}
