import * as docker from '@pulumi/docker';
import * as pulumi from '@pulumi/pulumi';
import { haproxyConfig, routesFile, routesText, runtimePort, type EdgeService } from '../engine/haproxy';
import { labelList } from '../engine/labels';
import { hardened } from './hardened';
import { healthCheck, replacedByName } from './health';

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
    const container = new docker.Container(
      name,
      {
        name: this.containerName,
        image: args.image,
        command: ['sh', '-c', `set -a; . ${routesFile}; exec haproxy -db -f /usr/local/etc/haproxy/haproxy.cfg`],
        uploads: [
          { file: '/usr/local/etc/haproxy/haproxy.cfg', content: haproxyConfig(args.services) },
          { file: routesFile, content: routesText(Object.fromEntries(args.services.map((s) => [s.name, undefined]))) },
        ],
        labels: labelList({ instance: args.instance, stack: args.environment, role: 'edge' }),
        networksAdvanced: [{ name: args.network, aliases: args.services.map((service) => service.name) }],
        ports: args.services.map(({ hostPort }) => ({ internal: hostPort, external: hostPort, ip: args.bind })),
        ...hardened({ memory: 128, priority: 'people', writableRoot: true }),
        healthcheck: healthCheck(`echo 'show info' | nc -w 4 127.0.0.1 ${runtimePort} | grep -q '^Version'`),
        wait: true,
        waitTimeout: 60,
        // SIGUSR1 lets HAProxy finish what it is serving; hard-stop-after in its configuration bounds that.
        stopSignal: 'SIGUSR1',
        destroyGraceSeconds: 15,
        mustRun: true,
      },
      // The name and the ports are taken until the old one is gone.
      { parent: this, ...replacedByName },
    );
    this.containerId = container.id;
    this.registerOutputs({ containerName: this.containerName, containerId: this.containerId });
  }
}
