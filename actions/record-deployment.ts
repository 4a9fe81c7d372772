import type { CutoverOutput } from '../components/cutover';
import { whoIsAtWork } from '../pipelines/by';
import type { ComposeDeployed } from '../targets/compose-deploy';
import { appendRecord, readLedger } from '../targets/ledger';
import { lastCutover, sameCandidate, type ReleaseSet } from '../releases/ledger';
import type { Candidate } from '../releases/types';
import { placesIn } from '../targets/places';

/** A deployment into a compose project, and what it has printed. */
export interface RecordDeploymentInput {
  environment: string;
  candidate: Candidate;
  releases: ReleaseSet;
  /** ISO 8601. */
  at: string;
  printed: string;
  secrets: Readonly<Record<string, string>>;
}

/**
 * Records in the ledger of a compose project what it serves since a deployment. Doing it twice records it once.
 * @throws Error when the machine runs something else than the candidate
 */
export default async function recordDeployment(raw: unknown): Promise<CutoverOutput> {
  const { environment, candidate, releases, at, printed, secrets } = raw as RecordDeploymentInput;
  const { services } = JSON.parse(printed) as ComposeDeployed;
  for (const { service, digest } of Object.values(candidate)) {
    const runs = services[service]?.digest ?? 'nothing';
    if (runs !== digest) throw new Error(`${environment} runs ${runs} of ${service}, and not ${digest}`);
  }
  const { ledger } = placesIn(secrets).places;
  if (ledger === undefined) throw new Error(`nobody has told where the ledger of ${environment} is`);
  const last = lastCutover(await readLedger(ledger), environment);
  if (last?.at !== at || !sameCandidate(last.candidate, candidate)) {
    await appendRecord(ledger, { kind: 'cutover', at, environment, candidate, releases, by: whoIsAtWork() });
  }
  return {
    candidate,
    containers: Object.fromEntries(
      Object.keys(candidate).map((service) => [service, services[service]?.container ?? '']),
    ),
  };
}
