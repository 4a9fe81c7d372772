import * as pulumi from '@pulumi/pulumi';
import { engineProvider, type EngineAddress } from '../../components/engine-provider';
import { Environment, type EngineSite, type EnvironmentService } from '../../components/environment';
import { checkSecrets } from '../../config/rules/checks';
import { servicePlace, serviceSettings } from '../../config/schema/service';
import { bindOf } from '../../config/targets';
import { dockerHost, sshOptions } from '../../clients/docker/docker-over-ssh';
import { labels } from '../../clients/docker/labels';
import { markedName } from '../../clients/docker/machine-mark';
import type { Serving } from '../../clients/edge/serving';
import { hostOf } from '../../clients/registry/address';
import { candidateOf, type RunningRelease } from '../../releases/adoption';
import { lastBrokenSwitch } from '../../releases/switches';
import { machineOfHome } from '../../targets/home';
import type { Upstream } from '../../targets/upstream';
import { edgeElsewhere } from '../platform-outputs';
import { upstreamAt, urlHost } from '../upstream-at';
import type { Declaration, LiveState, TargetContext, Workload, Way } from './way';

/** The engine that an environment is declared on. */
interface Engine {
  site: EngineSite;
  /** What tells Docker's provider which engine it is. */
  provider: EngineAddress;
  /** The name by which people reach it. */
  host: string;
}

/** Environments on the platform's own engine. */
export const onPlatformEngine: Way = {
  look: lookAtEdge,
  prepare(of) {
    const site = { edgeImage: of.platform.toolImages.edge };
    return Promise.resolve((what) => declare(of, { site, provider: {}, host: 'localhost' }, what));
  },
};

/** Environments on another machine's engine, by SSH. */
export const onMachineEngine: Way = {
  look: lookAtEdge,
  async prepare(of) {
    const { name, config, platform, home, mark } = of;
    const { instance } = platform;
    const folder = machineOfHome(home);
    const { ssh } = folder;
    const place: Upstream = {
      ...upstreamAt(config, platform, folder),
      engine: { instance, environment: name, edge: `${instance}-${name}-edge`, network: `${instance}-${name}` },
    };
    const own = await mark(home.on, instance, name);
    return (what) => {
      const site = { edgeImage: edgeElsewhere(config.platform, platform), machine: { place, mark: own } };
      const provider = { host: dockerHost(ssh), sshOpts: sshOptions(ssh) };
      return declare(of, { site, provider, host: urlHost(ssh.host) }, what);
    };
  },
};

function declare(
  { name, config, platform }: TargetContext,
  engine: Engine,
  { intake, releases, image, records }: Workload,
): Declaration {
  const { site } = engine;
  const environment = new Environment(
    name,
    {
      instance: platform.instance,
      ledger: pulumi.secret(platform.ledgers),
      bind: bindOf(config, platform.bind),
      site,
      candidate: intake.candidate,
      services: Object.entries(config.services).flatMap(([service, settings]): EnvironmentService[] => {
        const release = releases[service];
        if (release === undefined) return [];
        return [
          {
            name: service,
            digest: release.digest,
            image: image(service),
            ...servicePlace.parse(settings),
            settings: serviceSettings.parse(settings),
          },
        ];
      }),
      edged: Object.entries(config.services).map(([service, settings]) => ({
        name: service,
        ...servicePlace.parse(settings),
        settings: serviceSettings.parse(settings),
      })),
      gated: config.promotesFrom !== '',
      watch: config.watch,
      secrets: checkSecrets(config, config.watch.checks),
      drainSeconds: config.drainSeconds,
      brokenAt: lastBrokenSwitch(records, name),
    },
    { providers: { docker: loggedIn(platform, engine) } },
  );
  return {
    deployed: environment.deployed,
    network: environment.network,
    resource: environment,
    edges: [environment.edges],
    urlOf: (service) => {
      const port = config.services[service]?.port;
      return port === undefined ? '' : `http://${engine.host}:${port}`;
    },
    // Whoever promotes from here tests it there.
    place: site.machine && pulumi.secret(site.machine.place),
  };
}

/**
 * The engine that the environment runs on, with the login to pull from the platform's registry. What is moved to another one is made there
 * first, by another provider, and then removed by the former: a provider whose address changes would take over what is not there.
 */
function loggedIn(
  { registry, registryLogins: { pull } }: TargetContext['platform'],
  { site, provider }: Engine,
): pulumi.ProviderResource {
  return engineProvider(markedName('engine', site.machine?.mark), {
    ...provider,
    registryAuth: [
      { address: hostOf(registry.address), username: pull.username, password: pulumi.secret(pull.password) },
    ],
  });
}

async function lookAtEdge({
  name,
  config,
  platform,
  home,
  joining,
  isExpected,
  releasesOf,
  serving,
}: TargetContext): Promise<LiveState> {
  const prefix = `${platform.instance}-${name}`;
  const all = await serving({
    instance: platform.instance,
    environment: name,
    network: prefix,
    on: home.on,
  });
  const serves = Object.values(all).some((own) => own?.port !== undefined);
  const candidate = candidateOf(
    joining.filter((service) => isExpected(service) || releaseIn(all[service]) !== undefined),
    Object.fromEntries(Object.entries(all).map(([service, own]) => [service, releaseIn(own)])),
  );
  if (candidate === undefined || Object.keys(all).length === 0) return { serves };
  const now = releasesOf(candidate);
  const releases = Object.entries(config.services).flatMap(([service, { containerPort }]): [string, string][] => {
    const own = all[service];
    if (!own) return [];
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
