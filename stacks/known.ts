import { setTimeout as sleep } from 'node:timers/promises';
import * as pulumi from '@pulumi/pulumi';
import type { EnvironmentConfig } from '../config';
import { whoIsAtWork } from '../pipelines/by';
import type { ComposeLook } from '../targets/compose-look';
import { containerAt, DockerError } from '../clients/docker/docker';
import type { Serving, servingContainers } from '../clients/edge/edge';
import { labels } from '../clients/docker/labels';
import type { appendRecord, readLedger } from '../targets/ledger';
import type { MachinePlace } from '../targets/place';
import { candidateOf, isKnown, nameIn, type RunningRelease } from '../releases/adoption';
import { describeFully } from '../releases/describe';
import { lastCutover, sameCandidate, type AdoptedRecord, type LedgerRecord, type ReleaseSet } from '../releases/ledger';
import type { Candidate } from '../releases/types';
import type { Managed } from './channel-candidate';
import { ledgerOf, stackName, type Platform } from './platform-outputs';
import { isDeclared } from '../config/targets';

/** What is known of an environment before it is decided what it takes. */
export interface Known {
  /** The ledger's records, and one about what serves if they did not know it. */
  records: readonly LedgerRecord[];
  /** It may run something, which would be taken away if nothing were declared. */
  runs: boolean;
  /** What its state says that it has deployed, if the ledger does not tell of it and nobody could see whether it serves. */
  lost?: Candidate;
}

/** An environment of which this is to be known, and the ways to find out. */
export interface ToKnow {
  name: string;
  config: EnvironmentConfig;
  platform: Platform;
  /** Where on another machine it is; undefined: on the platform's engine. */
  home: MachinePlace | undefined;
  managed: readonly Managed[];
  releasesOf: (candidate: Candidate) => ReleaseSet;
  /** The compose project that it is, if it is one. */
  look: (place: MachinePlace) => Promise<ComposeLook>;
  serving: typeof servingContainers;
  records: typeof readLedger;
  append: typeof appendRecord;
}

/** What an environment was found to serve. */
interface Found {
  /** Whether it is anything. */
  serves: boolean;
  /** All of it; undefined unless each of its services serves. */
  set?: Pick<AdoptedRecord, 'candidate' | 'releases'>;
}

/**
 * What the ledger tells of an environment. When it has lost what the environment serves, that is found out by a look and recorded, so that
 * nothing which runs is taken away, and nobody is asked about it. A preview records nothing.
 */
export async function knownOf(o: ToKnow): Promise<Known> {
  const { name } = o;
  const place = o.home ?? ledgerOf(o.config.platform, o.platform);
  const [records, deployed] = await Promise.all([o.records(place), deployedBefore(name)]);
  const last = lastCutover(records, name);
  // The usual case, in which nobody has to look.
  if (last !== undefined && deployed !== undefined && sameCandidate(last.candidate, deployed)) {
    return { records, runs: true };
  }
  // The look comes after the ledger, so that whatever is recorded was there before it.
  const found = await (isDeclared(o.config) ? lookAtEdge(o) : lookAtProject(o)).catch(foundByError);
  const runs = last !== undefined || deployed !== undefined || found.serves;
  if (found.set === undefined) {
    const isLost = last !== undefined && deployed !== undefined && !isKnown(records, name, deployed, deployed);
    return { records, runs, ...(isLost ? { lost: deployed } : {}) };
  }
  if (isKnown(records, name, found.set.candidate, deployed)) return { records, runs };
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
  if (pulumi.runtime.isDryRun()) return { records: [...records, record], runs };
  // Somebody else may have recorded it in the meantime.
  const now = await o.records(place);
  if (isKnown(now, name, record.candidate, deployed)) return { records: now, runs };
  await o.append(place, record);
  return { records: [...now, record], runs };
}

/** Where there is no edge, nothing serves. What can't be looked at may serve. */
function foundByError(error: unknown): Found {
  return { serves: !(error instanceof DockerError && error.is('absent', 'stopped')) };
}

/** What this stack's state says that it has deployed. Asked without a resource: its own outputs are no other stack's. */
async function deployedBefore(name: string): Promise<Candidate | undefined> {
  const { outputs } = await untilRead(
    () =>
      pulumi.runtime.invoke('pulumi:pulumi:readStackOutputs', { name: stackName(name) }) as Promise<{
        outputs?: { deployed?: { candidate?: Candidate } | null };
      }>,
  );
  return outputs?.deployed?.candidate;
}

/**
 * Reads a state that Pulumi may be writing: this update's own. In a folder it is cut short for a moment, and can't be read then.
 * @param pause milliseconds between two tries
 */
export async function untilRead<T>(read: () => Promise<T>, tries = 20, pause = 100): Promise<T> {
  for (let left = tries; ; left -= 1) {
    try {
      return await read();
    } catch (error) {
      if (left <= 1) throw error;
      await sleep(pause);
    }
  }
}

async function lookAtEdge({ name, config, platform, home, managed, releasesOf, serving }: ToKnow): Promise<Found> {
  const prefix = `${platform.instance}-${name}`;
  const all = await serving({
    instance: platform.instance,
    environment: name,
    edge: containerAt(`${prefix}-edge`, home === undefined ? {} : { host: home.ssh }),
    network: prefix,
  });
  const serves = Object.values(all).some((own) => own?.port !== undefined);
  const candidate = candidateOf(
    managed.map(({ service }) => service),
    Object.fromEntries(Object.entries(all).map(([service, own]) => [service, releaseIn(own)])),
  );
  if (candidate === undefined || Object.keys(all).length === 0) return { serves };
  const now = releasesOf(candidate);
  const releases = Object.entries(config.services).flatMap(([service, { containerPort }]): [string, string][] => {
    const own = all[service];
    if (own === undefined) return [];
    const release = own.container.Name.replace(/^\//, '').slice(prefix.length + 1);
    // A container with the name of its service tells no settings.
    return [[service, release === service ? (now[service] ?? '') : `${release}:${own.port ?? containerPort}`]];
  });
  return { serves, set: { candidate, releases: Object.fromEntries(releases) } };
}

function releaseIn(own: Serving | undefined): RunningRelease | undefined {
  const { Image: image, Labels } = own?.container.Config ?? { Image: '', Labels: null };
  const digest = Labels?.[labels.digest];
  return digest === undefined ? undefined : { image, digest, labels: Labels ?? {} };
}

/** In a project that people have written runs what they have started, too: only what comes from the registry's repositories is ours. */
async function lookAtProject({ platform, home, managed, releasesOf, look }: ToKnow): Promise<Found> {
  if (home === undefined) return { serves: false };
  const { running } = await look(home);
  const ours = managed.flatMap(({ service, repository }) => {
    const own = running[service];
    const isOurs = own?.healthy === true && nameIn(own.image) === `${platform.registry.address}/${repository}`;
    return isOurs && own.digest !== '' ? [[service, own] as const] : [];
  });
  const candidate = candidateOf(
    managed.map(({ service }) => service),
    Object.fromEntries(ours),
  );
  const serves = ours.length > 0;
  return candidate === undefined || !serves
    ? { serves }
    : { serves, set: { candidate, releases: releasesOf(candidate) } };
}
