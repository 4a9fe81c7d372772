import * as pulumi from '@pulumi/pulumi';
import { Channel } from '../components/channel';
import type { EnvironmentConfig } from '../config';
import { lookAt, type ComposeLook } from '../targets/compose-look';
import { servingContainers } from '../clients/edge/serving';
import { appendRecord, readLedger } from '../targets/ledger';
import { machineMark } from '../clients/docker/machine-mark';
import type { MachinePlace } from '../targets/place';
import { RegistryClient, type RegistryClientOptions } from '../clients/registry/client';
import { clientOptions } from '../clients/registry/place';
import { sluice } from '../base/command';
import { UserError } from '../base/errors';
import { isPutBack } from '../releases/adoption';
import type { Candidate } from '../releases/types';
import { askChannel } from './channel';
import { candidateIn, channelOf, managedServices, type ManagedService } from './channel-candidate';
import { withFullNames } from '../config/approvers';
import type { StackFile } from '../config/stack';
import { ciOf, readStacks } from '../config/stacks';
import { askGate, reportRefusal } from './gate';
import { gatePlaceOf } from './gate-place';
import { environmentFacts } from './environment-facts';
import { refusePutBack, refuseRemoval } from './nothing-taken';
import { ledgerOf, readPlatform } from './platform-outputs';
import { releaseSet } from './releases-of';
import { withRunRegistry } from './run-registry';
import { fixedReleases, type Intake } from './intake';
import { homeIn } from '../config/targets';
import { kindOf } from '../targets/kinds';
import { declareTrial } from './pending-approval';
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
    environmentFacts({ name, config, ledger, look: () => way.look(of), records, append }),
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
  // Known once the environment is declared; a gate's resource waits for it.
  let edges: (ready: pulumi.Resource[]) => void = () => undefined;
  const after = new Promise<pulumi.Resource[]>((resolve) => (edges = resolve));
  const { intake, gate, refusal, pendingApproval } = await (content === undefined
    ? askGate({ name, config, gatePlace, managed, records: facts.records, releasesOf, inPlace, after })
    : askChannel(name, channel, content, facts, { releasesOf, inPlace }));
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
  refuseIncomplete(name, config, managed, intake);

  const releases = { ...intake.candidate, ...fixed };
  const declared = await declare({ intake, releases, records: facts.records });
  edges(declared.edges);
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

/**
 * What an environment keeps may be older than its configuration.
 * @throws UserError for a managed service of which there is no release to run: leaving it out would take it down
 */
function refuseIncomplete(
  name: string,
  config: EnvironmentConfig,
  managed: readonly ManagedService[],
  intake: Intake,
): void {
  const missing = managed.filter(({ service }) => !(service in intake.candidate));
  if (missing.length === 0) return;
  throw new UserError(
    `${name} has to run ${missing.map(({ service }) => service).join(' and ')}, of which no release has got here; ` +
      'what runs stays as it is',
    `look at ${config.promotesFrom} (${sluice('status')}) and at the pipeline of ${missing.map(({ repository }) => repository).join(' and ')}`,
  );
}
