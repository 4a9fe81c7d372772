import * as docker from '@pulumi/docker';
import * as pulumi from '@pulumi/pulumi';
import { Channel } from '../components/channel';
import { Environment, type EnvironmentService } from '../components/environment';
import type { EnvironmentConfig, ServiceConfig } from '../config';
import { readLedger } from '../engine/ledger';
import { registryEndpoint, RegistryClient, type RegistryClientOptions } from '../engine/registry-client';
import { askGate, reportRefusal } from './gate';
import { readPlatform, type Platform } from './platform-outputs';
import { fixedReleases, followChannel } from './taken';

/** What the program looks at outside Pulumi while it runs; tests put something else in its place. */
export interface Outside {
  /** The ledger's records, by the name of its container. */
  records: typeof readLedger;
  registry: (options: RegistryClientOptions) => Pick<RegistryClient, 'resolve' | 'labels'>;
}

const outside: Outside = { records: readLedger, registry: (options) => new RegistryClient(options) };

/** Declares the environment that this stack is, and returns the stack's outputs. */
export async function declareEnvironment(
  name: string,
  config: EnvironmentConfig,
  { records, registry } = outside,
): Promise<Record<string, unknown>> {
  const platform = await readPlatform(config.platform);
  const provider = engineProvider(platform);
  const managed = Object.entries(config.services).flatMap(([service, { repository }]) =>
    repository === undefined ? [] : [{ service, repository }],
  );
  const { taken, gate, refusal } =
    config.promotesFrom === ''
      ? {
          taken: await followChannel(
            registry({ endpoint: registryEndpoint(platform.registry.url), ...platform.registryLogins.pull }),
            platform.registry.address,
            config.channel === '' ? name : config.channel,
            managed,
          ),
          gate: null,
          refusal: undefined,
        }
      : await askGate(name, config, platform, managed, await records(platform.ledger.container));
  if (taken === undefined) {
    reportRefusal(refusal);
    return { services: {}, deployed: null, gate };
  }

  const releases = { ...taken.candidate, ...fixedReleases(config, platform) };
  const environment = new Environment(
    name,
    {
      instance: platform.instance,
      bind: config.bind === '' ? platform.bind : config.bind,
      edgeImage: platform.toolImages.edge,
      ledger: platform.ledger.container,
      candidate: taken.candidate,
      services: Object.entries(config.services).map(([service, settings]): EnvironmentService => {
        const release = releases[service];
        if (release === undefined) throw new pulumi.RunError(`${service} has no release to run`);
        return {
          name: service,
          digest: release.digest,
          image: Object.hasOwn(taken.candidate, service) ? taken.image(service) : `${release.image}@${release.digest}`,
          hostPort: settings.port,
          settings: serviceSettings(settings),
        };
      }),
    },
    { providers: { docker: provider } },
  );

  if (config.promotesFrom !== '') {
    new Channel('channel', {
      channel: name,
      deployed: environment.deployed,
      registryUrl: platform.registry.url,
      registryLogin: pulumi.secret(platform.registryLogins.push),
    });
  }
  reportRefusal(refusal, environment);

  return {
    services: environment.deployed.apply(({ containers }) =>
      Object.fromEntries(
        Object.values(releases).map((release) => [
          release.service,
          {
            url: `http://localhost:${config.services[release.service]?.port ?? 0}`,
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
  };
}

/** The engine that the environment runs on, with the login to pull from the platform's registry. */
function engineProvider(platform: Platform): docker.Provider {
  return new docker.Provider('engine', {
    registryAuth: [
      {
        address: platform.registry.address,
        username: platform.registryLogins.pull.username,
        password: pulumi.secret(platform.registryLogins.pull.password),
      },
    ],
  });
}

function serviceSettings(config: ServiceConfig): EnvironmentService['settings'] {
  const { containerPort, env, memory, cpus, health, healthySeconds, stopGraceSeconds, readOnly, volumes, strategy } =
    config;
  return { containerPort, env, memory, cpus, health, healthySeconds, stopGraceSeconds, readOnly, volumes, strategy };
}
