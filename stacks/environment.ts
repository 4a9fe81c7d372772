import * as pulumi from '@pulumi/pulumi';
import { Channel } from '../components/channel';
import type { EnvironmentConfig } from '../config';
import { lookAt, type ComposeLook } from '../targets/compose-look';
import { servingContainers } from '../clients/edge/serving';
import { appendRecord, ledgerReader, type ReadRecords } from '../targets/ledger';
import { machineMark } from '../clients/docker/machine-mark';
import { collectFailures } from '../targets/compose-failures';
import { ledgerOf, type LedgerPlace, type MachinePlace } from '../targets/place';
import { RegistryClient, type RegistryClientOptions } from '../clients/registry/client';
import { clientOptions } from '../clients/registry/place';
import { isPutBack } from '../releases/adoption';
import { joiningOf, mayHaveFormerName } from '../releases/offer';
import { heldBack } from '../releases/pinned';
import { lastCutover, type LedgerRecord } from '../releases/ledger';
import type { Candidate } from '../releases/types';
import { askChannel } from './channel';
import { candidateIn, channelOf, managedServices } from './channel-candidate';
import { withFullNames } from '../config/approvers';
import type { StackFile } from '../config/stack';
import { ciOf, readStacks } from '../config/stacks';
import { askGate, reportRefusal, upstreamOutputs } from './gate';
import { gatePlaceOf } from './gate-place';
import { environmentFacts, nothingElse } from './environment-facts';
import { headOutput } from './ledger-head';
import { ownOutputs } from './own-outputs';
import { refusePutBack, refuseRemoval } from './nothing-taken';
import { readPlatform } from './platform-outputs';
import { releaseSet } from './releases-of';
import { withRunRegistry } from './run-registry';
import { imageOf, pinnedReleases } from './intake';
import { offeredByChannel, offeredByUpstream } from './offered';
import { warnOfUntested } from './untested';
import { homeIn } from '../config/targets';
import { kindOf } from '../targets/kinds';
import { declareRetest, declareTrial } from './pending-approval';
import { tellWithoutRelease } from './without-release';
import { isRepair } from './repair';
import { ways } from './ways';
import type { TargetContext } from './ways/way';

/** What the program looks at outside Pulumi while it runs; tests put something else in its place. */
export interface EnvironmentSurroundings {
  /** The ledger's records, by where it lies. */
  records: ReadRecords;
  /** Adds a record to a ledger. */
  append: (place: LedgerPlace, record: LedgerRecord) => Promise<unknown>;
  /** Takes into a ledger what a compose project's machine has noted by itself. */
  failures: typeof collectFailures;
  /** The containers that an environment's edge sends requests to. */
  serving: typeof servingContainers;
  registry: (options: RegistryClientOptions) => Pick<RegistryClient, 'find' | 'labels'>;
  /** The stack files. */
  files: () => StackFile[];
  /** A compose project on another machine, as it is. */
  project: typeof lookAt;
  /** What tells an environment on another machine's engine from what it has had elsewhere. */
  mark: typeof machineMark;
  /** Whether this update only puts right what it was last switched to. */
  repair: typeof isRepair;
}

const environmentSurroundings: EnvironmentSurroundings = {
  records: ledgerReader(),
  append: appendRecord,
  failures: collectFailures,
  serving: servingContainers,
  registry: (options) => new RegistryClient(options),
  files: readStacks,
  project: lookAt,
  mark: machineMark,
  repair: isRepair,
};

/** Declares the environment that this stack is, and returns the stack's outputs. */
export async function declareEnvironment(
  name: string,
  written: EnvironmentConfig,
  surroundings: EnvironmentSurroundings = environmentSurroundings,
): Promise<Record<string, unknown>> {
  const { append, failures, serving, registry, files, project, mark } = surroundings;
  const config = withFullNames(written, ciOf({ config: written }, files()));
  const platform = withRunRegistry(
    await readPlatform(config.platform),
    files().find((file) => file.name === config.platform),
  );
  const kind = kindOf(config.target);
  const { inPlace } = kind;
  const repair = surroundings.repair();
  const home = homeIn(config, platform.instance, name);
  const before = await ownOutputs(name);
  const ledger = ledgerOf(platform.ledgers, name, home.machine, before.ledgerHead);
  if (inPlace && home.machine && !pulumi.runtime.isDryRun()) await failures(home.machine, ledger);
  const managed = managedServices(config.services);
  const channel = channelOf(name, config);
  const { pull } = platform.registryLogins;
  const joining = joiningOf(config.services);
  const builds = joining.filter((service) => config.services[service]?.build !== undefined);
  const pins = pinnedReleases(config);
  const asWritten = (candidate: Candidate) => releaseSet(config, { ...pins, ...candidate });
  let seen: Promise<ComposeLook> | undefined;
  const once = (place: MachinePlace) => (seen ??= project(place));
  const of: TargetContext = {
    name,
    config,
    platform,
    home,
    managed,
    joining,
    isExpected: () => true,
    releasesOf: asWritten,
    serving,
    project: once,
    mark,
  };
  const way = ways[config.target.kind];
  const [facts, content, gatePlace, declare] = await Promise.all([
    environmentFacts({
      ...{ name, config, ledger, outputs: before, append },
      look: (known) => way.look(expecting(of, known)),
      records: surroundings.records,
    }),
    config.promotesFrom === ''
      ? candidateIn(
          channel,
          managed,
          registry(clientOptions(platform.registry, pull)),
          platform.registry.address,
          kind.isPlatformEngine ? undefined : 'any',
        )
      : undefined,
    gatePlaceOf(name, config, platform, home.machine),
    way.prepare(of),
  ]);
  const { onRecord } = facts;
  const recent = await facts.about(nothingElse);
  const mayBeFormer = mayHaveFormerName(config.services, lastCutover(recent, name)?.candidate);
  const asked = { name, config, platform, onRecord, records: mayBeFormer ? await facts.about() : recent };
  const offer =
    content === undefined
      ? offeredByUpstream(asked, await upstreamOutputs(gatePlace))
      : offeredByChannel(asked, content);
  // What is taken may be older than a service that runs here by now, or than the fuller names of candidates.
  const beside = (candidate: Candidate) =>
    pick(onRecord, (service) => joining.includes(service) && !Object.hasOwn(candidate, service));
  const releasesOf = (candidate: Candidate) => asWritten({ ...beside(candidate), ...candidate });
  const candidates = offer.candidate === undefined ? [] : [offer.candidate];
  const records = await facts.about({ candidates, releases: candidates.map(releasesOf) });
  // Known once the environment is declared; a gate's resource waits for it.
  let edges: (ready: pulumi.Resource[]) => void = () => undefined;
  const after = new Promise<pulumi.Resource[]>((resolve) => (edges = resolve));
  const { intake, takesOffer, gate, refusal, pendingApproval, older, retest } = await (content === undefined
    ? askGate({ name, config, gatePlace, offered: offer, records, onRecord, releasesOf, inPlace, repair, after })
    : askChannel(name, channel, offer, managed, builds, { ...facts, records }, { releasesOf, inPlace, repair }));
  await tellWithoutRelease(name, config, offer.withoutRelease);
  const waits = pendingApproval?.candidate ?? null;
  if (intake === undefined) {
    if (facts.runs) refuseRemoval(name, config, { refusal, pendingApproval });
    reportRefusal(refusal);
    declareTrial(pendingApproval, gatePlace);
    return { services: {}, deployed: null, gate, waiting: waits, ...headOutput(before.ledgerHead) };
  }
  if (facts.lostCandidate !== undefined && isPutBack(records, name, intake.candidate, facts.lostCandidate)) {
    refusePutBack(name, facts.lostCandidate, intake.candidate);
  }
  await warnOfUntested(name, config, offer.pinned);

  const held = takesOffer ? [] : heldBack(offer.pinned);
  const running = pick(pins, (service) => !held.includes(service) && !offer.withoutRelease.includes(service));
  const releases = {
    ...beside(intake.candidate),
    ...running,
    ...pick(onRecord, (service) => held.includes(service)),
    ...intake.candidate,
  };
  const isTestedPin = (service: string): boolean =>
    offer.pinned.some(({ release, how, isNew }) => release.service === service && how === 'tested' && isNew);
  const image = (service: string) => {
    if (Object.hasOwn(intake.candidate, service)) return intake.image(service);
    const release = releases[service];
    const byGate = release !== undefined && takesOffer && isTestedPin(service);
    return byGate && intake.pinned !== undefined ? intake.pinned(release) : imageOf(release);
  };
  const declared = await declare({ intake, releases, image, records });
  edges(declared.edges);
  const { deployed, resource, urlOf } = declared;
  if (config.promotesFrom !== '') {
    new Channel('channel', {
      channel: name,
      deployed,
      builds,
      registry: platform.registry,
      registryLogin: pulumi.secret(platform.registryLogins.push),
    });
  }
  reportRefusal(refusal, resource);
  declareTrial(pendingApproval, gatePlace, resource);
  await declareRetest(retest, gatePlace, resource);

  return {
    services: deployed.apply(({ containers }) =>
      Object.fromEntries(
        Object.values(releases)
          .filter(({ service }) => service in config.services)
          .map((release) => [
            release.service,
            {
              url: urlOf(release.service),
              image: release.image,
              digest: release.digest,
              revision: release.revision,
              message: release.message,
              container: containers[release.service],
            },
          ]),
      ),
    ),
    deployed: deployed.apply(({ candidate, containers }) => ({ candidate, containers })),
    ...headOutput(before.ledgerHead, gate, deployed),
    network: declared.network,
    gate,
    waiting: waits,
    ...(older && { older }),
    ...(declared.place && { place: declared.place }),
  };
}

/** An environment as it is looked at: what has never run there is not missed. */
function expecting(of: TargetContext, known: Candidate): TargetContext {
  return Object.keys(known).length === 0 ? of : { ...of, isExpected: (service) => service in known };
}

function pick(releases: Candidate, holds: (service: string) => boolean): Candidate {
  return Object.fromEntries(Object.entries(releases).filter(([service]) => holds(service)));
}
