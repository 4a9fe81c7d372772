import * as docker from '@pulumi/docker';
import * as pulumi from '@pulumi/pulumi';
import { labelList } from '../clients/docker/labels';
import type { PipelineDescription } from '../pipelines/description';
import { servicePort } from '../pipelines/port';
import { hardened } from './hardened';
import { healthCheck, replacedByName } from './health';

/** Arguments of {@link PipelineService}. */
export interface PipelineServiceArgs {
  instance: string;
  stack: string;
  /** The platform's network; the CI server is on it, nothing is published. */
  network: pulumi.Input<string>;
  /** The image with this program. */
  image: pulumi.Input<string>;
  /** The same by its id: what steps run in. */
  stepsImage: pulumi.Input<string>;
  /** The engine's own platform. */
  platform: PipelineDescription['platform'];
  /** Shared with the CI server, which signs its requests with it. */
  secret: pulumi.Input<string>;
  /** One for each repository; builds of others are refused. */
  pipelines: pulumi.Input<pulumi.Input<PipelineDescription>[]>;
}

/**
 * Drone's configuration service: tells the CI server which pipeline a build gets. Since the server asks it, and not the
 * repository, a push can't bring steps, mounts, images or secrets of its own.
 */
export class PipelineService extends pulumi.ComponentResource {
  readonly containerName: string;
  /**
   * DRONE_YAML_ENDPOINT of the CI server. Plain text, and no output of the container: a server that depended on one would
   * be replaced, builds and all, whenever this service is.
   */
  readonly endpoint: string;
  readonly containerId: pulumi.Output<string>;

  constructor(name: string, args: PipelineServiceArgs, opts?: pulumi.ComponentResourceOptions) {
    super('sluice:index:PipelineService', name, {}, opts);
    this.containerName = `${args.instance}-pipelines`;
    this.endpoint = `http://${this.containerName}:${servicePort}/`;
    const container = new docker.Container(
      name,
      {
        name: this.containerName,
        image: args.image,
        entrypoints: ['node', '/sluice/program/pipelines/serve.cjs'],
        envs: [
          pulumi.interpolate`SLUICE_PIPELINES=${pulumi.output(args.pipelines).apply((list) => JSON.stringify(list))}`,
          pulumi.interpolate`SLUICE_PIPELINES_SECRET=${pulumi.secret(args.secret)}`,
          pulumi.interpolate`SLUICE_TOOLS_IMAGE=${args.stepsImage}`,
          `SLUICE_ARCH=${args.platform.arch}`,
        ],
        user: '65534:65534',
        init: true,
        labels: labelList({ instance: args.instance, stack: args.stack, role: 'pipelines' }),
        networksAdvanced: [{ name: args.network }],
        ...hardened({ memory: 192 }),
        healthcheck: healthCheck(healthy(servicePort), { shell: 'bash' }),
        wait: true,
        waitTimeout: 60,
        mustRun: true,
        destroyGraceSeconds: 10,
      },
      // The name is taken until the old one is gone.
      { parent: this, ...replacedByName },
    );
    this.containerId = container.id;
    this.registerOutputs({ endpoint: this.endpoint });
  }
}

/** By bash alone: starting node would cost more than the service itself. */
function healthy(port: number): string {
  return `exec 3<>/dev/tcp/127.0.0.1/${port} && printf 'GET /health HTTP/1.0\\r\\n\\r\\n' >&3 && grep -q '^ok' <&3`;
}
