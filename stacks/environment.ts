import * as pulumi from '@pulumi/pulumi';
import { Channel } from '../components/channel';
import type { EnvironmentConfig } from '../config';
import { lookAt, type ComposeLook } from '../targets/compose-look';
import { servingContainers } from '../clients/edge/edge';
import { appendRecord, readLedger } from '../targets/ledger';
import { machineMark } from '../clients/docker/machine-mark';
import type { MachinePlace } from '../targets/place';
import { RegistryClient, type RegistryClientOptions } from '../clients/registry/client';
import { clientOptions } from '../clients/registry/place';
import { isPutBack } from '../releases/adoption';
import { offerOf } from '../releases/offer';
import type { Candidate } from '../releases/types';
import { askChannel } from './channel';
import { candidateIn, channelOf, managedServices } from './channel-candidate';
import { withFullNames } from '../config/approvers';
import type { StackFile } from '../config/stack';
import { ciOf, readStacks } from '../config/stacks';
import { askGate, reportRefusal, upstreamOutputs } from './gate';
import { gatePlaceOf } from './gate-place';
import { environmentFacts } from './environment-facts';
import { refusePutBack, refuseRemoval } from './nothing-taken';
import { ledgerOf, readPlatform } from './platform-outputs';
import { releaseSet } from './releases-of';
import { withRunRegistry } from './run-registry';
import { fixedReleases } from './intake';
import { homeIn } from '../config/targets';
import { kindOf } from '../targets/kinds';
import { declareTrial } from './pending-approval';
import { tellWithoutRelease } from './without-release';
import { ways } from './ways';
import type { TargetContext } from './ways/way';

/** What the program looks at outside Pulumi while it runs; tests put something else in its place. */
export interface EnvironmentSurroundings {
  /** The ledger's records, by where it lies. */
  records: typeof readLedger;
  /** Adds a record to a ledger. */
  append: typeof appendRecord;
  /** The containers that an environment's edge sends requests to. */
  serving: typeof servingContainers;
  registry: (options: RegistryClientOptions) => Pick<RegistryClient, 'find' | 'labels'>;
  /** The stack files. */
  files: () => StackFile[];
  /** A compose project on another machine, as it is. */
  project: typeof lookAt;
  /** What tells an environment on another machine's engine from what it has had elsewhere. */
  mark: typeof machineMark;
}

const environmentSurroundings: EnvironmentSurroundings = {
  records: readLedger,
  append: appendRecord,
  serving: servingContainers,
  registry: (options) => new RegistryClient(options),
  files: readStacks,
  project: lookAt,
  mark: machineMark,
};

/** Declares the environment that this stack is, and returns the stack's outputs. */
export async function declareEnvironment(
  name: string,
  written: EnvironmentConfig,
  { records, append, serving, registry, files, project, mark } = environmentSurroundings,
): Promise<Record<string, unknown>> {
  const config = withFullNames(written, ciOf({ config: written }, files()));
  const platform = withRunRegistry(
    await readPlatform(config.platform),
    files().find((file) => file.name === config.platform),
  );
  const kind = kindOf(config.target);
  const { inPlace } = kind;
  const home = homeIn(config, platform.instance, name);
  const ledger = kind.isPlatformEngine ? ledgerOf(config.platform, platform) : home.ledger;
  const managed = managedServices(config.services);
  const channel = channelOf(name, config);
  const { pull } = platform.registryLogins;
  const fixed = fixedReleases(config, platform);
  const releasesOf = (candidate: Candidate) => releaseSet(config, { ...candidate, ...fixed });
  let seen: Promise<ComposeLook> | undefined;
  const once = (place: MachinePlace) => (seen ??= project(place));
  const of: TargetContext = { name, config, platform, home, managed, releasesOf, serving, project: once, mark };
  const way = ways[config.target.kind];
  const [facts, content, gatePlace, declare] = await Promise.all([
    environmentFacts({ name, config, ledger, look: (known) => way.look(expecting(of, known)), records, append }),
    config.promotesFrom === ''
      ? candidateIn(
          channel,
          managed,
          registry(clientOptions(platform.registry, pull)),
          platform.registry.address,
          kind.isPlatformEngine ? undefined : 'any',
        )
      : undefined,
    gatePlaceOf(name, config, platform, ledger),
    way.prepare(of),
  ]);
  const offered = content ?? (await upstreamOutputs(gatePlace)).deployed?.candidate;
  const offer = offerOf(config.services, offered, facts.onRecord);
  const { intake, gate, refusal, pendingApproval } = await (content === undefined
    ? askGate({ name, config, gatePlace, offered: offer, facts, releasesOf, inPlace })
    : askChannel(name, channel, offer, managed, facts, { releasesOf, inPlace }));
  await tellWithoutRelease(name, config, offer.withoutRelease);
  const waits = pendingApproval?.candidate ?? null;
  if (intake === undefined) {
    if (facts.runs) refuseRemoval(name, config, { refusal, pendingApproval });
    reportRefusal(refusal);
    declareTrial(pendingApproval, gatePlace);
    return { services: {}, deployed: null, gate, waiting: waits };
  }
  if (facts.lostCandidate !== undefined && isPutBack(facts.records, name, intake.candidate)) {
    refusePutBack(name, facts.lostCandidate, intake.candidate);
  }

  // What is taken may be older than a service that runs here by now.
  const carried = managed.flatMap(({ service }) => {
    const release = facts.onRecord[service];
    return release === undefined || service in intake.candidate ? [] : [[service, release] as const];
  });
  const running = Object.entries(fixed).filter(([service]) => !offer.withoutRelease.includes(service));
  const releases = { ...Object.fromEntries([...carried, ...running]), ...intake.candidate };
  const declared = await declare({ intake, releases, records: facts.records });
  const { deployed, resource, urlOf } = declared;
  if (config.promotesFrom !== '') {
    new Channel('channel', {
      channel: name,
      deployed,
      registry: platform.registry,
      registryLogin: pulumi.secret(platform.registryLogins.push),
    });
  }
  reportRefusal(refusal, resource);
  declareTrial(pendingApproval, gatePlace, resource);

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
    deployed,
    network: declared.network,
    gate,
    waiting: waits,
    ...(declared.place && { place: declared.place }),
  };
}

/** An environment as it is looked at: what has never run there is not missed. */
function expecting(of: TargetContext, known: Candidate): TargetContext {
  if (Object.keys(known).length === 0) return of;
  return { ...of, managed: of.managed.filter(({ service }) => service in known) };
}
