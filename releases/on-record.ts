import type { Candidate, Release } from './types';

/** What an environment's stack publishes, as far as it tells which releases run there. */
export interface DeploymentOutputs {
  deployed?: { candidate?: Candidate } | null | undefined;
  /** By service: all that runs, also what is part of no candidate. */
  services?: Readonly<Record<string, Omit<Release, 'service' | 'tag'>>> | null | undefined;
}

/** The release of each service that an environment's stack tells of. */
export function releasesIn({ deployed, services }: DeploymentOutputs): Candidate {
  const published = Object.entries(services ?? {}).map(([service, { image, digest, revision, message }]) => [
    service,
    { service, image, digest, revision, ...(message === undefined ? {} : { message }) },
  ]);
  return { ...(Object.fromEntries(published) as Candidate), ...deployed?.candidate };
}

/**
 * What an environment runs, by service, as far as anybody has recorded it. The ledger knows best: outputs tell of the last update that
 * succeeded.
 * @param last what its ledger says that it was last switched to
 */
export function onRecord(last: Candidate | undefined, outputs: DeploymentOutputs): Candidate {
  return { ...releasesIn(outputs), ...last };
}
