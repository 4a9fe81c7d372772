import * as docker from '@pulumi/docker';
import * as pulumi from '@pulumi/pulumi';
import { labelList } from '../clients/docker/labels';
import { markedName } from '../clients/docker/machine-mark';
import { edgeOf } from '../clients/edge/edge';
import { haproxyConfig, type EdgeService } from '../clients/edge/haproxy';
import type { LedgerAccess } from '../targets/place';
import type { Places } from '../targets/places';
import { Action } from './action';
import { Edge } from './edge';

/** Arguments of {@link Edges}. */
export interface EdgesArgs {
  instance: string;
  environment: string;
  network: pulumi.Input<string>;
  /** HAProxy image: the official layout, with a shell and busybox' nc. */
  image: pulumi.Input<string>;
  /** Address of the host that the services' ports are bound to. */
  bind: string;
  services: (EdgeService & { port: number })[];
  /** How the platform's ledgers are reached; secret. */
  ledger: pulumi.Input<LedgerAccess>;
  /** See {@link EdgeArgs.machine}. */
  machine: string | undefined;
  /** Where on another machine the environment is; undefined: on this engine. */
  places: Places | undefined;
}

/**
 * The reverse proxies of an environment: one for each service that is reached from outside, so that none takes another one's connections
 * along. Each begins with what it was last switched to.
 */
export class Edges extends pulumi.ComponentResource {
  /** What the names of their containers begin with. */
  readonly edge: string;
  /** By service, the container's id: known once it is made. */
  readonly containerIds: Readonly<Record<string, pulumi.Output<string>>>;
  /** The same, known once each serves as it is to. */
  readonly configured: pulumi.Output<Record<string, string>>;

  constructor(name: string, args: EdgesArgs, opts?: pulumi.ComponentResourceOptions) {
    super('sluice:index:Edges', name, {}, opts);
    const { instance, environment, network, image, machine } = args;
    this.edge = `${instance}-${environment}-edge`;
    const own = args.services.map((service) => {
      const container = edgeOf(this.edge, service.name);
      const volume = new docker.Volume(
        markedName(`edge-${service.name}`, machine),
        { name: container, labels: labelList({ instance, stack: environment, role: 'edge', machine }) },
        { parent: this },
      );
      return { service, container, volume: volume.name, config: haproxyConfig(service) };
    });
    const where = { instance, environment, network, edge: this.edge };
    const secret = { ledger: args.ledger, places: args.places };
    const prepared = new Action(
      'prepare-edges',
      {
        action: 'prepare-edges',
        input: pulumi.output({
          ...where,
          image,
          services: own.map(({ service, volume, config }) => ({
            service: service.name,
            volume,
            port: service.port,
            config,
          })),
        }),
        secret,
      },
      { parent: this },
    );
    const edges = own.map(({ service, container, volume }) => {
      const edge = new Edge(
        `edge-${service.name}`,
        {
          instance,
          environment,
          service: service.name,
          container,
          network,
          image,
          volume,
          bind: args.bind,
          port: service.port,
          machine,
          after: [prepared],
        },
        { parent: this },
      );
      return [service.name, edge.container.id] as const;
    });
    this.containerIds = Object.fromEntries(edges);
    const configured = new Action(
      'configure-edges',
      {
        action: 'configure-edges',
        input: pulumi.output({
          ...where,
          services: own.map(({ service, config }) => ({
            service: service.name,
            containerId: this.containerIds[service.name] ?? '',
            config,
          })),
        }),
        secret,
      },
      { parent: this },
    );
    this.configured = pulumi.all([this.containerIds, configured.output]).apply(([ids]) => ids);
    this.registerOutputs({ configured: this.configured });
  }
}
