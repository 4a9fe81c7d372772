import * as docker from '@pulumi/docker';
import * as pulumi from '@pulumi/pulumi';
import { markedName } from '../clients/docker/machine-mark';
import { edgeCommand } from '../clients/edge/configure';
import { edgeFolder, edgePort, runtimePort } from '../clients/edge/haproxy';
import { proxyContainer } from './proxy';

/** Arguments of {@link Edge}. */
export interface EdgeArgs {
  instance: string;
  environment: string;
  service: string;
  /** The container's name. */
  container: string;
  network: pulumi.Input<string>;
  /** HAProxy image: the official layout, with a shell and busybox' nc. */
  image: pulumi.Input<string>;
  /** The volume with its configuration and its route, which belongs to the image's user. */
  volume: pulumi.Input<string>;
  /** Address of the host that the port is bound to. */
  bind: string;
  /** Port of the host. */
  port: number;
  /** What the environment is marked with on another machine; it ends the resource's name as well. @default none */
  machine?: string | undefined;
  /** What has to be there before its container. */
  after: pulumi.Resource[];
}

/**
 * The reverse proxy in front of a service: on its port of the host, and inside the environment's network by the service's name.
 *
 * It knows no release by itself; a {@link Cutover} switches it while it runs. What it serves, and how, lies in a volume: a start, and a new
 * container, serve what was last switched to. Nothing but its image, its port and its network replaces it.
 */
export class Edge extends pulumi.ComponentResource {
  readonly container: docker.Container;

  constructor(name: string, args: EdgeArgs, opts?: pulumi.ComponentResourceOptions) {
    super('sluice:index:Edge', name, {}, opts);
    const { instance, environment, service, container, machine, volume } = args;
    this.container = proxyContainer(
      markedName(name, machine),
      {
        container,
        labels: { instance, stack: environment, role: 'edge', machine, service },
        image: args.image,
        command: edgeCommand,
        volumes: [{ volumeName: volume, containerPath: edgeFolder }],
        check: `echo 'show info' | nc -w 4 127.0.0.1 ${runtimePort} | grep -q '^Version'`,
        priority: 'people',
        // Workers that end what they had are beside the one that serves.
        memory: 256,
        // On an empty volume it waits to be told what to serve.
        wait: false,
        networksAdvanced: [{ name: args.network, aliases: [service] }],
        // A release that does not run has no address. Where no name server of the machine's says so, a start waits for none but a second.
        dnsOpts: ['timeout:1', 'attempts:1'],
        ports: [{ internal: edgePort, external: args.port, ip: args.bind }],
        // What it is serving when it is replaced. Meanwhile nobody new is answered, and kept connections alone would take a minute.
        drainSeconds: 2,
      },
      { parent: this, dependsOn: args.after },
    );
    this.registerOutputs({ containerId: this.container.id });
  }
}
