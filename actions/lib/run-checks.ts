import { runCheck } from '../../checks/container';
import type { LedgerPlace } from '../../targets/place';
import type { Candidate, CheckSpec, CheckSummary } from '../../releases/types';
import { verdictOf } from '../../releases/verdicts';
import type { CheckPlace } from '../../targets/target';

/** Checks, and the environment that they are run against. */
export interface ChecksRun {
  instance: string;
  environment: string;
  /** Where their evidence is kept. */
  ledger: LedgerPlace;
  /** Where they run, and what they ask. */
  checkPlace: CheckPlace;
  candidate: Candidate;
  checks: readonly CheckSpec[];
  /** Folder below the ledger's `evidence/`; each check gets one of its own in it. */
  evidence: string;
  say: (line: string) => void;
  /** The environment's, by config key, for the checks whose type names them. */
  secrets?: Readonly<Record<string, string>>;
}

/** Runs checks one after the other, as a gate and a watch do. */
export async function runChecks(run: ChecksRun): Promise<CheckSummary[]> {
  const summaries: CheckSummary[] = [];
  for (const check of run.checks) {
    run.say(`check ${check.name} (${check.type}) against ${run.environment} …`);
    const result = await runCheck({
      check: {
        name: check.name,
        type: check.type,
        environment: run.environment,
        candidate: Object.fromEntries(Object.values(run.candidate).map(({ service, digest }) => [service, digest])),
        urls: run.checkPlace.urls,
        settings: check.settings,
        timeLimitSeconds: check.timeLimitSeconds,
      },
      image: run.checkPlace.image,
      network: run.checkPlace.network,
      on: run.checkPlace.on,
      instance: run.instance,
      ledger: run.ledger,
      evidencePath: `${run.evidence}/${check.name}`,
      log: run.say,
      secrets: run.secrets,
    });
    const verdict = verdictOf[result.verdict];
    run.say(`check ${check.name}: ${verdict}: ${result.summary}`);
    summaries.push({ name: check.name, verdict, summary: result.summary });
  }
  return summaries;
}
