import * as docker from '@pulumi/docker';
import * as pulumi from '@pulumi/pulumi';
import type { ActionOutput } from '../actions/contract';
import type { LedgerAccess } from '../targets/place';
import type { Places } from '../targets/places';
import type { Upstream } from '../targets/upstream';
import type { ServicePlace, ServiceSettings } from '../config/schema/service';
import { labelList } from '../clients/docker/labels';
import { markedName } from '../clients/docker/machine-mark';
import type { Candidate } from '../releases/types';
import type { EnvironmentWatch } from '../releases/watch';
import { inStartOrder } from '../releases/start-order';
import { awaitHealthy } from './await-healthy';
import { Cutover } from './cutover';
import { edgedServices } from './edged-services';
import { Edges } from './edges';
import { limitProcesses } from './process-limit';
import { Service } from './service';

/**
 * One service of an environment: which image, run how, reached where. Without a port no edge stands in front of it, and others reach its
 * container itself by its name.
 */
export interface EnvironmentService extends ServicePlace {
  name: string;
  /** Digest of its image, known while the program runs. */
  digest: string;
  /** `repository@sha256:…`; for a gated environment from the promotion's stored output. */
  image: pulumi.Input<string>;
  settings: ServiceSettings;
}

/** The engine that an environment is on, as far as that makes a difference. */
export interface EngineSite {
  /** On another machine's engine `repository@sha256:…`, which is pulled; else as this process's own has it. */
  edgeImage: string;
  /** Another machine. */
  machine?: {
    /** The environment itself, as actions need it. */
    place: Upstream;
    /** What it is marked with there: the resources of another engine are others, made before the former ones are removed. */
    mark: string | undefined;
  };
}

/** Arguments of {@link Environment}. */
export interface EnvironmentArgs {
  instance: string;
  /** How the platform's ledgers are reached; secret. */
  ledger: pulumi.Input<LedgerAccess>;
  bind: string;
  site: EngineSite;
  /** The managed services' releases that this environment takes. */
  candidate: Candidate;
  /** Those that it has a release of. */
  services: EnvironmentService[];
  /**
   * All that its edge stands in front of, in the order of its configuration: one without a release is not served, and gets its first one
   * without another edge. @default services
   */
  edged?: Pick<EnvironmentService, 'name' | 'port' | 'innerPort' | 'settings'>[];
  /** See {@link CutoverArgs.gated}. */
  gated: boolean;
  watch: EnvironmentWatch;
  /** See {@link CutoverArgs.secrets}. */
  secrets?: Readonly<Record<string, string>>;
  /** Seconds that what former releases are serving may take to its end. */
  drainSeconds: number;
  /** See {@link CutoverArgs.brokenAt}. */
  brokenAt?: string;
}

/**
 * A named place where the app runs: its own network, a container per service with an edge in front, and the cutover that
 * makes new releases current once all of them are healthy, and takes them back when they do badly.
 */
export class Environment extends pulumi.ComponentResource {
  /** The environment's Docker network. */
  readonly network: pulumi.Output<string>;
  /** Container names by service; they are current only after the cutover. */
  readonly containers: Readonly<Record<string, string>>;
  /** What stands in front of its services, which waits for none of their releases. */
  readonly edges: pulumi.Resource;
  /** What is deployed: known when the edges have been switched. */
  readonly deployed: pulumi.Output<ActionOutput<'cutover'>>;

  constructor(name: string, args: EnvironmentArgs, opts?: pulumi.ComponentResourceOptions) {
    super('sluice:index:Environment', name, {}, opts);
    const of = { instance: args.instance, stack: name };
    const { site } = args;
    const places = site.machine && { own: site.machine.place };
    const machine = site.machine?.mark;

    const network = new docker.Network(
      markedName('network', machine),
      { name: `${args.instance}-${name}`, labels: labelList({ ...of, machine, role: 'network' }) },
      { parent: this },
    );
    const edges = new Edges(
      'edges',
      {
        instance: args.instance,
        environment: name,
        network: network.name,
        image: site.machine ? this.pulled(site.edgeImage, machine) : site.edgeImage,
        machine,
        bind: args.bind,
        ledger: args.ledger,
        services: edgedServices(
          (args.edged ?? args.services).map(({ settings: { containerPort }, ...service }) => ({
            ...service,
            containerPort,
          })),
        ),
        places,
      },
      { parent: this },
    );
    const running = this.startServices(args, name, network.name, places);
    const services = args.services.flatMap((service) => {
      const started = running.get(service.name);
      return started === undefined ? [] : [{ ...service, running: started }];
    });
    const edged = Object.keys(edges.containerIds).length;
    const limited = limitProcesses(
      'process-limit',
      [...Object.values(edges.containerIds), ...services.map(({ running: own }) => own.containerId)],
      { parent: this },
      places,
    );
    const cutover = new Cutover(
      'cutover',
      {
        instance: args.instance,
        environment: name,
        network: network.name,
        edge: edges.edge,
        edgeIds: edges.configured,
        ledger: args.ledger,
        candidate: args.candidate,
        routes: services.map(({ name: service, running: own, settings, port }, index) => ({
          service,
          release: own.release,
          container: own.containerName,
          containerId: limited.apply((ids) => ids[edged + index] ?? ''),
          port: settings.containerPort,
          recreate: settings.strategy === 'recreate',
          healthySeconds: settings.healthySeconds,
          ...(port === undefined ? { direct: true } : {}),
        })),
        gated: args.gated,
        watch: args.watch,
        secrets: args.secrets,
        places,
        drainSeconds: args.drainSeconds,
        brokenAt: args.brokenAt,
      },
      { parent: this },
    );

    this.network = network.name;
    this.edges = edges;
    this.containers = Object.fromEntries(
      services.map(({ name: service, running: own }) => [service, own.containerName]),
    );
    this.deployed = cutover.output;
    this.registerOutputs({ network: this.network, deployed: this.deployed });
  }

  /** The edges' image, brought to the engine. */
  private pulled(name: string, machine: string | undefined): pulumi.Output<string> {
    const [, digest = ''] = name.split('@sha256:');
    // Environments on one engine share it, as they do releases.
    const own = markedName(`edge-${digest.slice(0, 12)}`, machine);
    return new docker.RemoteImage(own, { name, keepLocally: true }, { parent: this }).repoDigest;
  }

  /** Each service's container, those first that others wait for. */
  private startServices(
    args: EnvironmentArgs,
    environment: string,
    network: pulumi.Input<string>,
    places: Places | undefined,
  ): Map<string, Service> {
    const running = new Map<string, Service>();
    const healthy = new Map<string, pulumi.Resource>();
    for (const service of inStartOrder(args.services)) {
      const after = Object.entries(service.dependsOn ?? {}).flatMap(([other, condition]) => {
        const found = condition === 'healthy' ? healthy.get(other) : running.get(other);
        return found === undefined ? [] : [found];
      });
      const own = new Service(
        service.name,
        {
          instance: args.instance,
          environment,
          network,
          digest: service.digest,
          image: service.image,
          settings: service.settings,
          machine: args.site.machine?.mark,
          direct: service.port === undefined,
          after,
        },
        { parent: this },
      );
      running.set(service.name, own);
      if (!args.services.some(({ dependsOn }) => dependsOn?.[service.name] === 'healthy')) continue;
      const wait = {
        service: service.name,
        container: own.containerName,
        healthySeconds: service.settings.healthySeconds,
        places,
      };
      healthy.set(
        service.name,
        awaitHealthy(`${service.name}-healthy`, { ...wait, containerId: own.containerId }, { parent: this }),
      );
    }
    return running;
  }
}
