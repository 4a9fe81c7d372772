import * as pulumi from '@pulumi/pulumi';
import { whoIsAtWork } from '../pipelines/by';
import { DockerError } from '../clients/docker/docker';
import type { ReadRecords } from '../targets/ledger';
import type { LedgerPlace } from '../targets/place';
import { isKnown } from '../releases/adoption';
import { describeFully } from '../releases/describe';
import { onRecord } from '../releases/on-record';
import type { Subject } from '../releases/part';
import { lastCutover, sameCandidate, type AdoptedRecord, type LedgerRecord } from '../releases/ledger';
import type { Candidate } from '../releases/types';
import type { OwnOutputs } from './own-outputs';
import type { LiveState, TargetContext } from './ways/way';

/** What is known of an environment before it is decided what it takes. */
export interface EnvironmentFacts {
  /** What decisions about a subject need of the ledger's records, and one about what serves if they did not know it. @default all of them */
  about: (subject?: Subject) => Promise<readonly LedgerRecord[]>;
  /** What it runs, by service, as far as ledger and state tell. */
  onRecord: Candidate;
  /** It may run something, which would be taken away if nothing were declared. */
  runs: boolean;
  /** What its state says that it has deployed, if the ledger does not tell of it and nobody could see whether it serves. */
  lostCandidate?: Candidate;
}

/** An environment of which this is to be known, and the ways to find out. */
export interface FactSources extends Pick<TargetContext, 'name' | 'config'> {
  /** Where its ledger lies, and which end of it the state knows. */
  ledger: LedgerPlace;
  /** What its stack has published before. */
  outputs: OwnOutputs;
  /** Finds out what it serves. @param known what it runs as far as ledger and state tell */
  look: (known: Candidate) => Promise<LiveState>;
  records: ReadRecords;
  append: (place: LedgerPlace, record: LedgerRecord) => Promise<unknown>;
}

/**
 * What the ledger tells of an environment. When it has lost what the environment serves, that is found out by a look and recorded, so that
 * nothing which runs is taken away, and nobody is asked about it. A preview records nothing.
 */
export async function environmentFacts(o: FactSources): Promise<EnvironmentFacts> {
  const { name, ledger, outputs } = o;
  const records = await o.records(ledger, nothingElse);
  const about = (subject?: Subject) => o.records(ledger, subject, false);
  const deployed = outputs.deployed?.candidate;
  const last = lastCutover(records, name);
  const known = onRecord(last?.candidate, outputs);
  // The usual case, in which nobody has to look.
  if (last !== undefined && deployed !== undefined && sameCandidate(last.candidate, deployed)) {
    return { about, runs: true, onRecord: known };
  }
  // The look comes after the ledger, so that whatever is recorded was there before it.
  const found = await o.look(known).catch(stateByError);
  const runs = last !== undefined || deployed !== undefined || found.serves;
  if (found.set === undefined) {
    const isLost = last !== undefined && deployed !== undefined && !isKnown(records, name, deployed, deployed);
    return { about, runs, onRecord: known, ...(isLost ? { lostCandidate: deployed } : {}) };
  }
  const serves = found.set.candidate;
  const isToldBy = (all: readonly LedgerRecord[]): boolean => {
    // Older versions left out of a candidate what the platform builds.
    const told = lastCutover(all, name)?.candidate;
    return isKnown(all, name, asFarAs(serves, told, o.config), deployed && asFarAs(deployed, told, o.config));
  };
  if (isToldBy(records)) return { about, runs, onRecord: known };
  const facts = { runs, onRecord: { ...known, ...found.set.candidate } };
  const record: AdoptedRecord = {
    kind: 'adopted',
    at: new Date().toISOString(),
    environment: name,
    ...found.set,
    ...(o.config.promotesFrom === '' ? {} : { gate: o.config.gate }),
    by: whoIsAtWork(),
  };
  await pulumi.log.warn(
    `${name} serves ${describeFully(record.candidate)}, of which its ledger does not tell: it is adopted as it is, without gate and approval`,
  );
  const aboutIt = async (subject?: Subject) => [...(await about(subject)), record];
  if (pulumi.runtime.isDryRun()) return { about: aboutIt, ...facts };
  // Somebody else may have recorded it in the meantime.
  if (isToldBy(await o.records(ledger, nothingElse))) return { about, ...facts };
  await o.append(ledger, record);
  return { about: aboutIt, ...facts };
}

/** What runs, and how it came to that. */
export const nothingElse: Subject = { candidates: [] };

/** A candidate without what the platform builds, if the other is without that. */
function asFarAs(
  candidate: Candidate,
  other: Candidate | undefined,
  { services }: Pick<FactSources['config'], 'services'>,
): Candidate {
  return Object.fromEntries(
    Object.entries(candidate).filter(
      ([service]) => services[service]?.build === undefined || other === undefined || Object.hasOwn(other, service),
    ),
  );
}

/** Where there is no edge, nothing serves. What can't be looked at may serve. */
function stateByError(error: unknown): LiveState {
  return { serves: !(error instanceof DockerError && error.is('absent', 'stopped')) };
}
