import * as pulumi from '@pulumi/pulumi';
import { haproxyConfig, routesFile, routesText, runtimePort, type EdgeService } from '../clients/edge/haproxy';
import { markedName } from '../clients/docker/machine-mark';
import { haproxyFile, proxyContainer } from './proxy';

/** Arguments of {@link Edge}. */
export interface EdgeArgs {
  instance: string;
  environment: string;
  network: pulumi.Input<string>;
  /** HAProxy image: the official layout, with a shell and busybox' nc. */
  image: pulumi.Input<string>;
  /** Address of the host that the services' ports are bound to. */
  bind: string;
  services: EdgeService[];
  /** What the environment is marked with on another machine; it ends the resource's name as well. @default none */
  machine?: string | undefined;
}

/**
 * The reverse proxy in front of an environment's services: one published port per service, and inside the
 * environment's network every service by its name on port 80.
 *
 * It knows no release by itself; a {@link Cutover} switches it while it runs. Its routes survive its restart.
 */
export class Edge extends pulumi.ComponentResource {
  readonly containerName: string;
  /** Changes when the edge is a new container, which knows no routes yet. */
  readonly containerId: pulumi.Output<string>;

  constructor(name: string, args: EdgeArgs, opts?: pulumi.ComponentResourceOptions) {
    super('sluice:index:Edge', name, {}, opts);
    this.containerName = `${args.instance}-${args.environment}-edge`;
    const container = proxyContainer(
      markedName(name, args.machine),
      {
        container: this.containerName,
        labels: { instance: args.instance, stack: args.environment, role: 'edge', machine: args.machine },
        image: args.image,
        command: ['sh', '-c', `set -a; . ${routesFile}; exec haproxy -db -f ${haproxyFile}`],
        config: haproxyConfig(args.services),
        files: [
          { file: routesFile, content: routesText(Object.fromEntries(args.services.map((s) => [s.name, undefined]))) },
        ],
        check: `echo 'show info' | nc -w 4 127.0.0.1 ${runtimePort} | grep -q '^Version'`,
        priority: 'people',
        networksAdvanced: [{ name: args.network, aliases: args.services.map((service) => service.name) }],
        // A release that does not run has no address. Where no name server of the machine's says so, a start waits for none but a second.
        dnsOpts: ['timeout:1', 'attempts:1'],
        ports: args.services.map(({ hostPort }) => ({ internal: hostPort, external: hostPort, ip: args.bind })),
        // More than hard-stop-after in its configuration, which ends it.
        drainSeconds: 15,
      },
      { parent: this },
    );
    this.containerId = container.id;
    this.registerOutputs({ containerName: this.containerName, containerId: this.containerId });
  }
}
