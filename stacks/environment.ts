import * as docker from '@pulumi/docker';
import * as pulumi from '@pulumi/pulumi';
import { Action } from '../components/action';
import { Channel } from '../components/channel';
import { Environment, type EnvironmentService } from '../components/environment';
import { Promotion } from '../components/promotion';
import type { EnvironmentConfig, ServiceConfig } from '../config';
import { readLedger } from '../engine/ledger';
import { registryEndpoint, RegistryClient, type RegistryClientOptions } from '../engine/registry-client';
import { decide } from '../releases/decision';
import type { VerdictRecord } from '../releases/ledger';
import { shortDigest } from '../releases/names';
import type { Candidate, Release } from '../releases/types';
import { readPlatform, stackName } from './platform-outputs';

type Platform = Awaited<ReturnType<typeof readPlatform>>;

/** What the program looks at outside Pulumi while it runs; tests put something else in its place. */
export interface Outside {
  /** The ledger's records, by the name of its container. */
  records: typeof readLedger;
  registry: (options: RegistryClientOptions) => Pick<RegistryClient, 'resolve' | 'labels'>;
}

const outside: Outside = { records: readLedger, registry: (options) => new RegistryClient(options) };

/** What an environment takes in this update: releases by service, and where the images' digests come from. */
interface Taken {
  candidate: Candidate;
  image(service: string): pulumi.Input<string>;
}

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
          taken: await followChannel(platform, config.channel === '' ? name : config.channel, managed, registry),
          gate: null,
          refusal: undefined,
        }
      : await askGate(name, config, platform, managed, records);
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
          image: service in taken.candidate ? taken.image(service) : `${release.image}@${release.digest}`,
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
      registryLogin: pulumi.secret(platform.registryLogin),
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
        username: platform.registryLogin.username,
        password: pulumi.secret(platform.registryLogin.password),
      },
    ],
  });
}

/** The newest releases of the managed services: what the channel's tag names now, by digest. */
async function followChannel(
  platform: Platform,
  channel: string,
  managed: readonly { service: string; repository: string }[],
  connect: Outside['registry'],
): Promise<Taken> {
  const registry = connect({
    endpoint: registryEndpoint(platform.registry.url),
    ...platform.registryLogin,
  });
  const releases = await Promise.all(
    managed.map(async ({ service, repository }): Promise<[string, Release]> => {
      const { digest } = await registry.resolve(repository, channel);
      const labels = await registry.labels(repository, digest);
      const message = labels['sluice.commit.message'];
      return [
        service,
        {
          service,
          image: `${platform.registry.address}/${repository}`,
          digest,
          revision: labels['org.opencontainers.image.revision'] ?? '',
          ...(message === undefined ? {} : { message }),
        },
      ];
    }),
  );
  const candidate = Object.fromEntries(releases);
  return { candidate, image: (service) => `${candidate[service]?.image ?? ''}@${candidate[service]?.digest ?? ''}` };
}

/** What the gate in front of this environment lets it take, and what stands refused. */
async function askGate(
  name: string,
  config: EnvironmentConfig,
  platform: Platform,
  managed: readonly { service: string }[],
  records: Outside['records'],
): Promise<{ taken: Taken | undefined; gate: unknown; refusal: VerdictRecord | undefined }> {
  const upstream = new pulumi.StackReference(stackName(config.promotesFrom));
  const deployed = (await upstream.getOutputDetails('deployed')).value as { candidate: Candidate } | null | undefined;
  const decision = decide({
    environment: name,
    offered: offer(deployed?.candidate, managed),
    gate: config.gate,
    records: await records(platform.ledger.container),
  });
  if (config.gate.checks.length === 0) {
    await pulumi.log.warn(`${name} has an empty gate: it takes whatever ${config.promotesFrom} runs`);
  }
  const take = decision.take;
  if (take === undefined) {
    await pulumi.log.warn(`${name} has nothing to take yet: ${config.promotesFrom} has deployed nothing that passed`);
    return { taken: undefined, gate: null, refusal: decision.standing };
  }
  const promotion = new Promotion('promotion', {
    instance: platform.instance,
    environment: name,
    upstream: config.promotesFrom,
    upstreamNetwork: `${platform.instance}-${config.promotesFrom}`,
    ledger: platform.ledger.container,
    candidate: take.candidate,
    gate: take.gate,
  });
  return {
    taken: { candidate: take.candidate, image: (service) => promotion.image(service) },
    gate: promotion.output,
    refusal: decision.standing,
  };
}

/**
 * Makes the update fail once everything else is reconciled: as long as a candidate stands refused, it has not got to
 * where it was asked to. A resource, since a program that fails does so in its preview too, and a plain `pulumi up`
 * would then never get to the repair.
 */
function reportRefusal(refusal: VerdictRecord | undefined, after?: Environment): void {
  if (refusal === undefined) return;
  const what = Object.values(refusal.candidate).map(({ service, digest }) => `${service} ${shortDigest(digest)}`);
  const text = [
    `${refusal.environment} keeps what it runs: ${what.join(', ')} stands refused since ${refusal.at}`,
    `  because: ${refusal.summary}`,
    `  evidence: ${refusal.evidence} in the ledger`,
    '  next: push a change that passes, or change the gate',
  ].join('\n');
  new Action('refusal', { action: 'report-refusal', input: { text } }, after === undefined ? {} : { dependsOn: after });
}

/** Upstream's candidate as far as this environment runs its services; undefined unless it has all of them. */
function offer(upstream: Candidate | undefined, managed: readonly { service: string }[]): Candidate | undefined {
  if (upstream === undefined) return undefined;
  const releases = managed.flatMap(({ service }) => {
    const release = upstream[service];
    return release === undefined ? [] : [[service, release] as const];
  });
  return releases.length === managed.length ? Object.fromEntries(releases) : undefined;
}

/** Services that no pipeline builds: images by digest, from the platform or from elsewhere. */
function fixedReleases(config: EnvironmentConfig, platform: Platform): Record<string, Release> {
  return Object.fromEntries(
    Object.entries(config.services).flatMap(([service, { build, image }]): [string, Release][] => {
      if (image !== undefined) {
        const [repository = '', digest = ''] = image.split('@');
        return [[service, { service, image: repository, digest, revision: '' }]];
      }
      if (build === undefined) return [];
      const built = platform.images[build];
      if (built === undefined) {
        throw new pulumi.RunError(
          `sluice:services.${service}.build: the platform builds no image "${build}"; it builds ` +
            `${Object.keys(platform.images).join(', ') || 'none'} (sluice:builds in the platform's stack file)`,
        );
      }
      return [[service, { service, ...built }]];
    }),
  );
}

function serviceSettings(config: ServiceConfig): EnvironmentService['settings'] {
  const { containerPort, env, memory, cpus, health, healthySeconds, stopGraceSeconds, readOnly, volumes, strategy } =
    config;
  return { containerPort, env, memory, cpus, health, healthySeconds, stopGraceSeconds, readOnly, volumes, strategy };
}
