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
import { UserError } from '../base/errors';
import { isPutBack } from '../releases/adoption';
import type { Candidate } from '../releases/types';
import { askChannel } from './channel';
import { candidateIn, channelOf, managedServices, type Managed } from './channel-candidate';
import { withFullNames } from '../config/approvers';
import type { StackFile } from '../config/stack';
import { ciOf, readStacks } from '../config/stacks';
import { askGate, reportRefusal } from './gate';
import { gatePlace } from './gate-place';
import { knownOf } from './known';
import { refusePutBack, refuseRemoval } from './nothing-taken';
import { declareOnCompose } from './on-compose';
import { declareOnEngine, releaseSet } from './on-engine';
import { readPlatform } from './platform-outputs';
import { withRunRegistry } from './run-registry';
import { fixedReleases, type Taken } from './taken';
import { isDeclared, machinePlace } from '../config/targets';
import { tryWaiting } from './waiting';

/** What the program looks at outside Pulumi while it runs; tests put something else in its place. */
export interface Outside {
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

const outside: Outside = {
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
  { records, append, serving, registry, files, project, mark } = outside,
): Promise<Record<string, unknown>> {
  const config = withFullNames(written, ciOf({ config: written }, files()));
  const platform = withRunRegistry(
    await readPlatform(config.platform),
    files().find((file) => file.name === config.platform),
  );
  const home = machinePlace(config, platform.instance, name);
  const managed = managedServices(config.services);
  const channel = channelOf(name, config);
  const { pull } = platform.registryLogins;
  const fixed = fixedReleases(config, platform);
  const releasesOf = (candidate: Candidate) => releaseSet(config, { ...candidate, ...fixed });
  let seen: Promise<ComposeLook> | undefined;
  const look = (place: MachinePlace) => (seen ??= project(place));
  const [known, content, asked, there] = await Promise.all([
    knownOf({ name, config, platform, home, managed, releasesOf, look, records, append, serving }),
    config.promotesFrom === ''
      ? candidateIn(
          channel,
          managed,
          registry(clientOptions(platform.registry, pull)),
          platform.registry.address,
          home === undefined ? undefined : 'any',
        )
      : undefined,
    gatePlace(name, config, platform, home),
    home === undefined || !isDeclared(config)
      ? undefined
      : mark({ host: home.ssh }, platform.instance, name).then((own) => ({ place: home, mark: own })),
  ]);
  const { taken, gate, refusal, waiting } = await (content === undefined
    ? askGate({ name, config, asked, managed, records: known.records, releasesOf })
    : askChannel(name, channel, content, known, releasesOf));
  const waits = waiting?.candidate ?? null;
  if (taken === undefined) {
    if (known.runs) refuseRemoval(name, config, { refusal, waiting });
    reportRefusal(refusal);
    tryWaiting(waiting, asked);
    return { services: {}, deployed: null, gate, waiting: waits };
  }
  if (known.lost !== undefined && isPutBack(known.records, name, taken.candidate)) {
    refusePutBack(name, known.lost, taken.candidate);
  }
  refuseIncomplete(name, config, managed, taken);

  const releases = { ...taken.candidate, ...fixed };
  const what = { name, config, platform, taken, records: known.records };
  const declared =
    home === undefined || there !== undefined
      ? declareOnEngine({ ...what, releases, there })
      : await declareOnCompose({ ...what, place: home, releasesOf, look });
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
  tryWaiting(waiting, asked, resource);

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
    ...(declared.place === undefined ? {} : { place: declared.place }),
  };
}

/**
 * What an environment keeps may be older than its configuration.
 * @throws UserError for a managed service of which there is no release to run: leaving it out would take it down
 */
function refuseIncomplete(name: string, config: EnvironmentConfig, managed: readonly Managed[], taken: Taken): void {
  const missing = managed.filter(({ service }) => !(service in taken.candidate));
  if (missing.length === 0) return;
  throw new UserError(
    `${name} has to run ${missing.map(({ service }) => service).join(' and ')}, of which no release has got here; ` +
      'what runs stays as it is',
    `look at ${config.promotesFrom} (npm run status) and at the pipeline of ${missing.map(({ repository }) => repository).join(' and ')}`,
  );
}
