import { sluice } from '../base/command';
import { UserError } from '../base/errors';
import { docker } from '../clients/docker/docker';
import { RegistryClient } from '../clients/registry/client';
import { clientOptions } from '../clients/registry/place';
import type { EnvironmentFile } from '../config/stack';
import { readStacks } from '../config/stacks';
import { describe } from '../releases/history';
import { findTested, findVerdict, lastCutover, sameCandidate, type LedgerRecord } from '../releases/ledger';
import { repositoryOf, shortDigest } from '../releases/names';
import { joiningOf, type OfferedService } from '../releases/offer';
import type { Subject } from '../releases/part';
import { asRunNow, namedRelease, releaseBefore } from '../releases/rollback';
import type { Candidate, Gate, Release } from '../releases/types';
import type { Chain } from '../store/ledger/chain';
import { engineOf } from './machine-place';
import { platformAt } from './platform';

/** What an environment is asked to go back to. */
export interface RollbackWish {
  environment: string;
  /** Its services, as configuration has them. */
  services: Readonly<Record<string, OfferedService>>;
  gate: Gate | undefined;
  /** A digest, or its beginning; undefined: what ran before. */
  to?: string;
  /** What ran before, where that is known already. */
  before?: Candidate;
}

/** From what runs to what is to run again. */
export interface Rollback {
  from: Candidate;
  to: Candidate;
}

/** @throws UserError when an environment runs something else by now, or would be put back to something else, than what a person was shown */
export function refuseOther(environment: string, { from, to }: Rollback, shown: Rollback): void {
  if (sameCandidate(from, shown.from) && sameCandidate(to, shown.to)) return;
  throw new UserError(
    `${environment} runs ${describe(from)} by now and would be put back to ${describe(to)}, which is not what was shown; nothing was recorded`,
    `${sluice('rollback', environment)}, which shows it`,
  );
}

/**
 * What has to be known of a ledger to choose a target: what ran before is told by its last records, most often. By a digest all are searched.
 * @param read what decisions about a subject need of the ledger, which is looked at once; @default all of it
 */
export async function readForTarget(
  read: (subject?: Subject, looks?: boolean) => Promise<Pick<Chain, 'records' | 'allFrom'>>,
  o: RollbackWish,
): Promise<{ records: readonly LedgerRecord[]; before?: Candidate }> {
  if (o.to !== undefined) return read();
  const { records, allFrom } = await read({ candidates: [] });
  const before = releaseBefore(records.slice(allFrom), o.environment);
  if (before === undefined) return read(undefined, false);
  const { records: about } = await read({ candidates: [before, targetOf(records, o, before)] }, false);
  return { records: about, before };
}

/**
 * What an environment is put back to: services that it has no longer are left out, and those that came since stay as they are.
 * @throws UserError when there is no such release, when it runs already, and when its gate has no pass of it on record
 */
export function chooseTarget(records: readonly LedgerRecord[], o: RollbackWish): Candidate {
  const { environment, gate, services } = o;
  const current = lastCutover(records, environment)?.candidate;
  const wanted = o.before ?? found(records, o);
  const target = targetOf(records, o, wanted);
  if (current !== undefined && sameCandidate(asRunNow(current, namesIn(services, wanted), {}), target)) {
    throw new UserError(`${environment} runs ${describe(target)} already`, pastOf(environment));
  }
  if (gate !== undefined && !mayReturn(records, environment, target, gate)) {
    throw new UserError(
      `the gate of ${environment}, as it is now, has no pass of ${describe(target)} on record`,
      'name another release by --to, change the gate back, or push the older state as a new change',
    );
  }
  return target;
}

/** What an environment ran, as it would run it now. */
function targetOf(
  records: readonly LedgerRecord[],
  { environment, services }: RollbackWish,
  wanted: Candidate,
): Candidate {
  return asRunNow(wanted, namesIn(services, wanted), lastCutover(records, environment)?.candidate ?? {});
}

/** The services that are part of a candidate; older versions left out of theirs what the platform builds. */
function namesIn(services: RollbackWish['services'], wanted: Candidate): string[] {
  const isBuilt = (service: string): boolean => services[service]?.build !== undefined;
  const isOlder = !Object.keys(wanted).some(isBuilt);
  return joiningOf(services).filter((service) => !(isOlder && isBuilt(service)));
}

function found(records: readonly LedgerRecord[], { environment, to }: RollbackWish): Candidate {
  const kept = find(records, environment, to);
  if (kept !== undefined) return kept;
  const gone = find(
    records.filter(({ kind }) => kind !== 'retired'),
    environment,
    to,
  );
  if (gone !== undefined) throw notKept(environment, gone);
  throw new UserError(
    to === undefined
      ? `${environment} has run nothing before what it runs now`
      : `${environment} has never run a release with the digest ${to}`,
    pastOf(environment),
  );
}

function find(records: readonly LedgerRecord[], environment: string, to: string | undefined): Candidate | undefined {
  if (to === undefined) return releaseBefore(records, environment);
  const named = namedRelease(records, environment, to);
  if (named === undefined || 'candidate' in named) return named?.candidate;
  throw new UserError(
    `${to} begins the digests of ${named.ambiguous.length} releases that ${environment} has run: ` +
      named.ambiguous.map((digest) => shortDigest(digest)).join(', '),
    `name more digits of the one that is meant; ${pastOf(environment)}`,
  );
}

function pastOf(environment: string): string {
  return `${sluice('history')} ${environment} shows what it has run`;
}

function notKept(environment: string, target: Candidate): UserError {
  return new UserError(
    `${environment} no longer keeps the images of ${describe(target)}`,
    `push that state as a new change; sluice:retain in Pulumi.${environment}.yaml says how many releases are kept`,
  );
}

/**
 * Whether what an environment has run passes its gate of now. Nobody is asked to approve it once more: a rollback is a person's word
 * already.
 */
function mayReturn(records: readonly LedgerRecord[], environment: string, target: Candidate, gate: Gate): boolean {
  if (findVerdict(records, environment, target, gate)?.verdict === 'passed') return true;
  return gate.approval !== undefined && findTested(records, environment, target, gate) !== undefined;
}

/**
 * Looks whether the images of a candidate are still there, in the registry or in the environment's engine.
 * @throws UserError when one is gone
 */
export async function refuseGone(file: EnvironmentFile, target: Candidate): Promise<void> {
  const platform = await platformAt(file.config.platform);
  if (platform === undefined) return;
  const client = new RegistryClient(clientOptions(platform.registry, platform.registryLogins.pull));
  const on = await engineOf(file, readStacks());
  const isThere = async ({ image, digest }: Release): Promise<boolean> => {
    // What comes from elsewhere, its own registry has.
    if (!image.startsWith(`${platform.registry.address}/`)) return true;
    if ((await client.find(repositoryOf(image), digest)) !== undefined) return true;
    if (on === undefined) return false;
    return (await docker(['image', 'inspect', `${image}@${digest}`], { ...on, allowFailure: true })).code === 0;
  };
  const there = await Promise.all(Object.values(target).map(isThere));
  if (there.includes(false)) throw notKept(file.name, target);
}
