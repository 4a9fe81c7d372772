import * as docker from '@pulumi/docker';
import * as pulumi from '@pulumi/pulumi';
import type { Upstream } from '../targets/upstream';
import type { ActionOutput } from '../actions/contract';
import { Environment, type EnvironmentService } from '../components/environment';
import { givenSettings } from '../components/more-settings';
import type { EnvironmentConfig, ServiceConfig } from '../config';
import { checkSecrets } from '../config/rules/checks';
import { dockerHost, sshOptions } from '../clients/docker/docker-over-ssh';
import { markedName } from '../clients/docker/machine-mark';
import type { MachinePlace } from '../targets/place';
import { hostOf } from '../clients/registry/address';
import type { SshConnection } from '../clients/ssh/ssh';
import type { LedgerRecord, ReleaseSet } from '../releases/ledger';
import { releaseName } from '../releases/names';
import { lastBrokenSwitch } from '../releases/switches';
import type { Candidate } from '../releases/types';
import { edgeElsewhere, ledgerOf, type Platform } from './platform-outputs';
import { bindOf } from '../config/targets';
import { upstreamAt, urlHost } from './upstream-at';
import type { Taken } from './taken';

/** An environment as it was declared, whatever it runs on. */
export interface Declared {
  deployed: pulumi.Output<ActionOutput<'cutover'>>;
  /** Its Docker network; null of a compose project. */
  network: pulumi.Output<string> | null;
  /** What has to be done before anything that counts on it. */
  resource: pulumi.Resource;
  /** Where people reach a service; empty for one that only others of the environment reach. */
  urlOf: (service: string) => string;
  /** Of one on another machine, what a gate behind it needs; secret. */
  place?: pulumi.Output<Upstream>;
}

/** An environment whose containers are to be declared. */
export interface OnEngine {
  name: string;
  config: EnvironmentConfig;
  platform: Platform;
  /** Where on another machine, and its mark there; undefined: on the platform's engine. */
  there: { place: MachinePlace; mark: string | undefined } | undefined;
  taken: Taken;
  /** All that it runs: what it takes, and images by digest. */
  releases: Candidate;
  records: readonly LedgerRecord[];
}

/** Declares an environment on an engine: the platform's, or another machine's through SSH. */
export function declareOnEngine(o: OnEngine): Declared {
  const { name, config, platform, there, taken, releases, records } = o;
  const elsewhere = there === undefined ? undefined : { place: environmentThere(o, there.place), mark: there.mark };
  const environment = new Environment(
    name,
    {
      instance: platform.instance,
      bind: bindOf(config, platform.bind),
      edgeImage: there === undefined ? platform.toolImages.edge : edgeElsewhere(config.platform, platform),
      ledger: there === undefined ? ledgerOf(config.platform, platform) : '',
      ...(elsewhere === undefined ? {} : { elsewhere }),
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
    { providers: { docker: engineProvider(platform, there?.place.ssh, there?.mark) } },
  );
  return {
    deployed: environment.deployed,
    network: environment.network,
    resource: environment,
    urlOf: (service) => {
      const port = config.services[service]?.port;
      if (port === undefined) return '';
      return `http://${there === undefined ? 'localhost' : urlHost(there.place.ssh.host)}:${port}`;
    },
    // Whoever promotes from here tests it there.
    ...(elsewhere === undefined ? {} : { place: pulumi.secret(elsewhere.place) }),
  };
}

/** An environment of another machine's engine, as its own watch and gates behind it need it. */
function environmentThere({ name, config, platform }: OnEngine, place: MachinePlace): Upstream {
  const { instance } = platform;
  return {
    ...upstreamAt(config, platform, place),
    engine: {
      instance,
      environment: name,
      edge: `${instance}-${name}-edge`,
      network: `${instance}-${name}`,
    },
  };
}

/**
 * The engine that the environment runs on, with the login to pull from the platform's registry. What is moved to another one is made there
 * first, by another provider, and then removed by the former: a provider whose address changes would take over what is not there.
 */
function engineProvider(platform: Platform, machine?: SshConnection, mark?: string): docker.Provider {
  return new docker.Provider(markedName('engine', mark), {
    ...(machine === undefined ? {} : { host: dockerHost(machine), sshOpts: sshOptions(machine) }),
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
