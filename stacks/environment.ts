import * as docker from '@pulumi/docker';
import * as pulumi from '@pulumi/pulumi';
import { Channel } from '../components/channel';
import { Environment, type EnvironmentService } from '../components/environment';
import { givenSettings } from '../components/more-settings';
import type { EnvironmentConfig, ServiceConfig } from '../config';
import { checkSecrets } from '../config-checks';
import { readLedger } from '../engine/ledger';
import { hostOf } from '../engine/registry-address';
import { RegistryClient, type RegistryClientOptions } from '../engine/registry-client';
import { clientOptions } from '../engine/registry-place';
import { UserError } from '../errors';
import { lastBrokenSwitch, type ReleaseSet } from '../releases/ledger';
import { releaseName } from '../releases/names';
import type { Candidate } from '../releases/types';
import { askChannel } from './channel';
import { candidateIn, channelOf, managedServices, type Managed } from './channel-candidate';
import { readStacks, type StackFile } from './files';
import { askGate, reportRefusal } from './gate';
import { ledgerOf, readPlatform, type Platform } from './platform-outputs';
import { withRunRegistry } from './run-registry';
import { fixedReleases, type Taken } from './taken';
import { tryWaiting } from './waiting';

/** What the program looks at outside Pulumi while it runs; tests put something else in its place. */
export interface Outside {
  /** The ledger's records, by the name of its container. */
  records: typeof readLedger;
  registry: (options: RegistryClientOptions) => Pick<RegistryClient, 'find' | 'labels'>;
  /** The stack files. */
  files: () => StackFile[];
}

const outside: Outside = {
  records: readLedger,
  registry: (options) => new RegistryClient(options),
  files: readStacks,
};

/** Declares the environment that this stack is, and returns the stack's outputs. */
export async function declareEnvironment(
  name: string,
  config: EnvironmentConfig,
  { records, registry, files } = outside,
): Promise<Record<string, unknown>> {
  const platform = withRunRegistry(
    await readPlatform(config.platform),
    files().find((file) => file.name === config.platform),
  );
  const provider = engineProvider(platform);
  const managed = managedServices(config.services);
  const channel = channelOf(name, config);
  const { pull } = platform.registryLogins;
  const [known, content] = await Promise.all([
    records(ledgerOf(config.platform, platform)),
    config.promotesFrom === ''
      ? candidateIn(channel, managed, registry(clientOptions(platform.registry, pull)), platform.registry.address)
      : undefined,
  ]);
  const fixed = fixedReleases(config, platform);
  const releasesOf = (candidate: Candidate) => releaseSet(config, { ...candidate, ...fixed });
  const { taken, gate, refusal, waiting } = await (content === undefined
    ? askGate(name, config, platform, managed, known, releasesOf)
    : askChannel(name, channel, content, known, releasesOf));
  const upstream = {
    instance: platform.instance,
    environment: name,
    upstream: config.promotesFrom,
    upstreamNetwork: `${platform.instance}-${config.promotesFrom}`,
    ledger: platform.ledger.container,
  };
  const secrets = waiting === undefined ? undefined : checkSecrets(config, waiting.gate.checks);
  const waits = waiting?.candidate ?? null;
  if (taken === undefined) {
    reportRefusal(refusal);
    tryWaiting(waiting, upstream, secrets);
    return { services: {}, deployed: null, gate, waiting: waits };
  }
  refuseIncomplete(name, config, managed, taken);

  const releases = { ...taken.candidate, ...fixed };
  const environment = new Environment(
    name,
    {
      instance: platform.instance,
      bind: config.bind === '' ? platform.bind : config.bind,
      edgeImage: platform.toolImages.edge,
      ledger: ledgerOf(config.platform, platform),
      candidate: taken.candidate,
      services: Object.entries(config.services).map(([service, settings]): EnvironmentService => {
        const release = releases[service];
        if (release === undefined) throw new pulumi.RunError(`${service} has no release to run`);
        return {
          name: service,
          digest: release.digest,
          image: Object.hasOwn(taken.candidate, service) ? taken.image(service) : `${release.image}@${release.digest}`,
          ...(settings.port === undefined ? {} : { hostPort: settings.port }),
          ...(settings.innerPort === true ? { innerPort: true } : {}),
          ...(settings.dependsOn === undefined ? {} : { dependsOn: settings.dependsOn }),
          settings: serviceSettings(settings),
        };
      }),
      watch: config.watch,
      secrets: checkSecrets(config, config.watch.checks),
      drainSeconds: config.drainSeconds,
      brokenAt: lastBrokenSwitch(known, name),
    },
    { providers: { docker: provider } },
  );

  if (config.promotesFrom !== '') {
    new Channel('channel', {
      channel: name,
      deployed: environment.deployed,
      registry: platform.registry,
      registryLogin: pulumi.secret(platform.registryLogins.push),
    });
  }
  reportRefusal(refusal, environment);
  tryWaiting(waiting, upstream, secrets, environment);

  return {
    services: environment.deployed.apply(({ containers }) =>
      Object.fromEntries(
        Object.values(releases)
          .filter(({ service }) => service in config.services)
          .map((release) => [
            release.service,
            {
              url: urlOf(config.services[release.service]?.port),
              image: release.image,
              digest: release.digest,
              revision: release.revision,
              message: release.message,
              container: containers[release.service],
            },
          ]),
      ),
    ),
    deployed: environment.deployed,
    network: environment.network,
    gate,
    waiting: waits,
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

/** The engine that the environment runs on, with the login to pull from the platform's registry. */
function engineProvider(platform: Platform): docker.Provider {
  return new docker.Provider('engine', {
    registryAuth: [
      {
        address: hostOf(platform.registry.address),
        username: platform.registryLogins.pull.username,
        password: pulumi.secret(platform.registryLogins.pull.password),
      },
    ],
  });
}

/** Which releases these images are with the settings of now. */
function releaseSet(config: EnvironmentConfig, releases: Candidate): ReleaseSet {
  return Object.fromEntries(
    Object.entries(config.services).flatMap(([service, settings]) => {
      const digest = releases[service]?.digest;
      if (digest === undefined) return [];
      return [[service, `${releaseName(service, digest, serviceSettings(settings))}:${settings.containerPort}`]];
    }),
  );
}

function serviceSettings(config: ServiceConfig): EnvironmentService['settings'] {
  const { containerPort, env, memory, cpus, health, healthySeconds, stopGraceSeconds, readOnly, volumes, strategy } =
    config;
  return {
    ...{ containerPort, env, memory, cpus, health, healthySeconds, stopGraceSeconds, readOnly, volumes, strategy },
    ...givenSettings(config),
  };
}

/** Where people reach a service; empty for one that only others of the environment reach. */
function urlOf(port: number | undefined): string {
  return port === undefined ? '' : `http://localhost:${port}`;
}
