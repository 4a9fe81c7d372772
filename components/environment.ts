import * as docker from '@pulumi/docker';
import * as pulumi from '@pulumi/pulumi';
import { labelList } from '../engine/labels';
import type { Candidate } from '../releases/types';
import type { EnvironmentWatch } from '../releases/watch';
import { Cutover, type CutoverOutput } from './cutover';
import { Edge } from './edge';
import { limitProcesses } from './process-limit';
import { Service, type ServiceSettings } from './service';

/** One service of an environment: which image, run how, reached where. */
export interface EnvironmentService {
  name: string;
  /** Digest of its image, known while the program runs. */
  digest: string;
  /** `repository@sha256:…`; for a gated environment from the promotion's stored output. */
  image: pulumi.Input<string>;
  /** Port of the host. */
  hostPort: number;
  settings: ServiceSettings;
}

/** Arguments of {@link Environment}. */
export interface EnvironmentArgs {
  instance: string;
  bind: string;
  edgeImage: pulumi.Input<string>;
  ledger: pulumi.Input<string>;
  /** The managed services' releases that this environment takes. */
  candidate: Candidate;
  services: EnvironmentService[];
  watch: EnvironmentWatch;
  /** See {@link CutoverArgs.secrets}. */
  secrets?: Readonly<Record<string, string>>;
  /** Seconds that what former releases are serving may take to its end. */
  drainSeconds: number;
  /** See {@link CutoverArgs.brokenAt}. */
  brokenAt?: string;
}

/**
 * A named place where the app runs: its own network, an edge in front, a container per service, and the cutover that
 * makes new releases current once all of them are healthy, and takes them back when they do badly.
 */
export class Environment extends pulumi.ComponentResource {
  /** The environment's Docker network. */
  readonly network: pulumi.Output<string>;
  /** Container names by service; they are current only after the cutover. */
  readonly containers: Readonly<Record<string, string>>;
  /** What is deployed: known when the edge has been switched. */
  readonly deployed: pulumi.Output<CutoverOutput>;

  constructor(name: string, args: EnvironmentArgs, opts?: pulumi.ComponentResourceOptions) {
    super('sluice:index:Environment', name, {}, opts);
    const of = { instance: args.instance, stack: name };

    const network = new docker.Network(
      'network',
      { name: `${args.instance}-${name}`, labels: labelList({ ...of, role: 'network' }) },
      { parent: this },
    );
    const edge = new Edge(
      'edge',
      {
        instance: args.instance,
        environment: name,
        network: network.name,
        image: args.edgeImage,
        bind: args.bind,
        services: args.services.map(({ name: service, hostPort, settings }) => ({
          name: service,
          hostPort,
          containerPort: settings.containerPort,
        })),
      },
      { parent: this },
    );
    const services = args.services.map((service) => ({
      ...service,
      running: new Service(
        service.name,
        {
          instance: args.instance,
          environment: name,
          network: network.name,
          digest: service.digest,
          image: service.image,
          settings: service.settings,
        },
        { parent: this },
      ),
    }));
    const limited = limitProcesses(
      'process-limit',
      [edge.containerId, ...services.map(({ running }) => running.containerId)],
      { parent: this },
    );
    const cutover = new Cutover(
      'cutover',
      {
        instance: args.instance,
        environment: name,
        network: network.name,
        edge: edge.containerName,
        edgeId: limited.apply(([id = '']) => id),
        ledger: args.ledger,
        candidate: args.candidate,
        routes: services.map(({ name: service, running, settings }, index) => ({
          service,
          release: running.release,
          container: running.containerName,
          containerId: limited.apply((ids) => ids[index + 1] ?? ''),
          port: settings.containerPort,
          recreate: settings.strategy === 'recreate',
          healthySeconds: settings.healthySeconds,
        })),
        watch: args.watch,
        secrets: args.secrets,
        drainSeconds: args.drainSeconds,
        brokenAt: args.brokenAt,
      },
      { parent: this },
    );

    this.network = network.name;
    this.containers = Object.fromEntries(
      services.map(({ name: service, running }) => [service, running.containerName]),
    );
    this.deployed = cutover.output;
    this.registerOutputs({ network: this.network, deployed: this.deployed });
  }
}
