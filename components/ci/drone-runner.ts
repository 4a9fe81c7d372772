import * as docker from '@pulumi/docker';
import * as pulumi from '@pulumi/pulumi';
import { runnerApi } from '../../clients/drone/drone-runner';
import { apiToSpeak, type EnginePlatform } from '../../clients/docker/platform';
import { labelList } from '../../clients/docker/labels';
import { hardened } from '../hardened';
import { healthCheck, replacedByName } from '../health';

/** Arguments of {@link DroneRunner}. */
export interface DroneRunnerArgs {
  instance: string;
  /** The platform's network: the runner is in it, steps are not. */
  network: pulumi.Input<string>;
  /** Network of the builds' steps. */
  stepsNetwork: pulumi.Input<string>;
  /** Drone's runner, with a shell and busybox' wget for its health check. */
  image: pulumi.Input<string>;
  /** Container of Drone's server. */
  server: string;
  rpcSecret: pulumi.Input<string>;
  /** Builds at the same time; further ones wait. */
  capacity: pulumi.Input<number>;
  /** The engine's own platform: the runner takes builds for it, and for no other. */
  platform: EnginePlatform;
  /** Oldest version of the Docker API that the engine understands. @default '1.12' */
  oldestApi?: string;
  /** The engine's socket as the engine itself sees it. */
  engineSocket: pulumi.Input<string>;
}

/**
 * A runner: takes builds from Drone's server and starts their steps as containers on the engine whose socket it is
 * given. Whoever owns the socket owns the engine, so it runs as root, without any capability.
 */
export class DroneRunner extends pulumi.ComponentResource {
  readonly containerName: string;
  readonly containerId: pulumi.Output<string>;

  constructor(name: string, args: DroneRunnerArgs, opts?: pulumi.ComponentResourceOptions) {
    super('sluice:index:DroneRunner', name, {}, opts);
    this.containerName = `${args.instance}-${name}`;
    const api = apiToSpeak(runnerApi, args.oldestApi ?? '1.12');
    const container = new docker.Container(
      name,
      {
        name: this.containerName,
        image: args.image,
        envs: pulumi.secret(
          pulumi.all([args.stepsNetwork, args.rpcSecret, args.capacity]).apply(([network, rpcSecret, capacity]) => [
            'DRONE_RPC_PROTO=http',
            `DRONE_RPC_HOST=${args.server}`,
            `DRONE_RPC_SECRET=${rpcSecret}`,
            `DRONE_RUNNER_NAME=${this.containerName}`,
            `DRONE_RUNNER_CAPACITY=${capacity}`,
            // Its own default is what its image was made for, or amd64.
            `DRONE_PLATFORM_OS=${args.platform.os}`,
            `DRONE_PLATFORM_ARCH=${args.platform.arch}`,
            `DRONE_RUNNER_NETWORKS=${network}`,
            ...(api === undefined ? [] : [`DOCKER_API_VERSION=${api}`]),
            // No step gets the login at the git host that Drone sends along: the gateway has one that fetches.
            'DRONE_NETRC_CLONE_ONLY=true',
            // Without it a step's end does not wait for its log: the last lines of a short step are lost.
            'DRONE_DEFER_TAIL_LOG=true',
            'DRONE_TMATE_ENABLED=false',
            'DRONE_UI_DISABLE=true',
          ]),
        ),
        labels: labelList({ instance: args.instance, stack: 'platform', role: 'runner' }),
        networksAdvanced: [{ name: args.network }],
        volumes: [{ hostPath: args.engineSocket, containerPath: '/var/run/docker.sock' }],
        ...hardened({ memory: 256, writableRoot: true }),
        healthcheck: healthCheck('timeout 4 wget -q -O /dev/null http://localhost:3000/healthz'),
        wait: true,
        waitTimeout: 60,
        destroyGraceSeconds: 10,
        mustRun: true,
      },
      { parent: this, ...replacedByName },
    );
    this.containerId = container.id;
    this.registerOutputs({ containerName: this.containerName });
  }
}
