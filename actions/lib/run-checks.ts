import { runCheck } from '../../checks/container';
import { inspectContainer } from '../../clients/docker/docker';
import type { LedgerPlace } from '../../targets/place';
import type { Candidate, CheckSpec, CheckSummary } from '../../releases/types';
import { verdictOf } from '../../releases/verdicts';
import type { CheckPlace } from '../../targets/upstream';

/** Checks, and the environment that they are run against. */
export interface ChecksRun {
  instance: string;
  environment: string;
  /** Its Docker network, in which they run. */
  network: string;
  /** Where their evidence is kept. */
  ledger: LedgerPlace;
  /** The container whose image they run in. @default the ledger's */
  toolsOf?: string;
  /** Where they run and what they ask, when that is not this engine and the environment's edge. */
  at?: CheckPlace;
  candidate: Candidate;
  checks: readonly CheckSpec[];
  /** All services of the environment, by whose names its edge answers. */
  services: readonly string[];
  /** Folder below the ledger's `evidence/`; each check gets one of its own in it. */
  evidence: string;
  say: (line: string) => void;
  /** The environment's, by config key, for the checks whose type names them. */
  secrets?: Readonly<Record<string, string>>;
}

/** Runs checks one after the other, as a gate and a watch do. */
export async function runChecks(run: ChecksRun): Promise<CheckSummary[]> {
  // The ledger's container runs the image that checks run in, so nobody needs to know its name. By its id: a name may stand
  // for another image by now.
  const container = run.toolsOf ?? (typeof run.ledger === 'string' ? run.ledger : '');
  const image = run.at?.image ?? (await inspectContainer(container))?.Image ?? '';
  const summaries: CheckSummary[] = [];
  for (const check of run.checks) {
    run.say(`check ${check.name} (${check.type}) against ${run.environment} …`);
    const result = await runCheck({
      check: {
        name: check.name,
        type: check.type,
        environment: run.environment,
        candidate: Object.fromEntries(Object.values(run.candidate).map(({ service, digest }) => [service, digest])),
        urls: run.at?.urls ?? Object.fromEntries(run.services.map((service) => [service, `http://${service}`])),
        settings: check.settings,
        timeLimitSeconds: check.timeLimitSeconds,
      },
      image,
      network: run.at?.network ?? run.network,
      ...(run.at === undefined ? {} : { host: run.at.host }),
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
