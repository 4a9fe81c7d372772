import * as docker from '@pulumi/docker';
import * as pulumi from '@pulumi/pulumi';
import type { ComposeUpstream } from '../actions/lib/compose-upstream';
import type { CutoverOutput } from '../components/cutover';
import { Environment, type EnvironmentService } from '../components/environment';
import { givenSettings } from '../components/more-settings';
import type { EnvironmentConfig, ServiceConfig } from '../config';
import { checkSecrets } from '../config-checks';
import { hostOf } from '../engine/registry-address';
import { lastBrokenSwitch, type LedgerRecord, type ReleaseSet } from '../releases/ledger';
import { releaseName } from '../releases/names';
import type { Candidate } from '../releases/types';
import { ledgerOf, type Platform } from './platform-outputs';
import type { Taken } from './taken';

/** An environment as it was declared, whatever it runs on. */
export interface Declared {
  deployed: pulumi.Output<CutoverOutput>;
  /** Its Docker network on the platform's engine; null elsewhere. */
  network: pulumi.Output<string> | null;
  /** What has to be done before anything that counts on it. */
  resource: pulumi.Resource;
  /** Where people reach a service; empty for one that only others of the environment reach. */
  urlOf: (service: string) => string;
  /** Of a compose project on another machine, what a gate behind it needs; secret. */
  place?: pulumi.Output<ComposeUpstream>;
}

/** An environment that is to be declared on the platform's engine. */
export interface OnEngine {
  name: string;
  config: EnvironmentConfig;
  platform: Platform;
  taken: Taken;
  /** All that it runs: what it takes, and images by digest. */
  releases: Candidate;
  records: readonly LedgerRecord[];
}

/** Declares an environment on the platform's engine. */
export function declareOnEngine({ name, config, platform, taken, releases, records }: OnEngine): Declared {
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
      brokenAt: lastBrokenSwitch(records, name),
    },
    { providers: { docker: engineProvider(platform) } },
  );
  return {
    deployed: environment.deployed,
    network: environment.network,
    resource: environment,
    urlOf: (service) => {
      const port = config.services[service]?.port;
      return port === undefined ? '' : `http://localhost:${port}`;
    },
  };
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
export function releaseSet(config: EnvironmentConfig, releases: Candidate): ReleaseSet {
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
