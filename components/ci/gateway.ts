import * as docker from '@pulumi/docker';
import * as pulumi from '@pulumi/pulumi';
import {
  builderPort,
  gatewayConfig,
  gatewayDronePort,
  gatewayGitPort,
  gatewaySocket,
  type GatewaySettings,
} from '../../clients/edge/gateway';
import type { Login } from '../../clients/http';
import { labelList } from '../../clients/docker/labels';
import { answers, proxyContainer } from '../proxy';

/** Arguments of {@link Gateway}. */
export interface GatewayArgs {
  instance: string;
  /** The platform's Docker network. */
  network: pulumi.Input<string>;
  /** HAProxy: the official layout, with a shell and busybox' nc. */
  image: pulumi.Input<string>;
  /** The engine's socket as the engine itself sees it. */
  engineSocket: pulumi.Input<string>;
  /** What steps may reach through it. */
  behind: Omit<GatewaySettings, 'gitLogin' | 'gitReader'>;
  /** The account at the git host by which steps fetch; secret. */
  gitLogin: pulumi.Input<Login>;
  /** An administrator's account there, by which steps read who has pushed; secret. */
  gitReader: pulumi.Input<Login>;
}

/** The gateway's container, which is its host name in the steps' network. */
export function gatewayName(instance: string): string {
  return `${instance}-gateway`;
}

/** Where a step of a pipeline builds and pushes images: `DOCKER_HOST`. */
export function builderOf(instance: string): string {
  return `tcp://${gatewayName(instance)}:${builderPort}`;
}

/** Where a step of a pipeline fetches from repositories, without a slash at the end. */
export function gitForSteps(instance: string): string {
  return `http://${gatewayName(instance)}:${gatewayGitPort}`;
}

/** Where a step of a pipeline asks what Drone tells of builds, without a slash at the end. */
export function droneForSteps(instance: string): string {
  return `http://${gatewayName(instance)}:${gatewayDronePort}`;
}

/**
 * The network of the pipelines' steps and the one host of ours in it. Steps find neither the platform nor an
 * environment there, and get no engine: building goes through the gateway, which lets through what builds and pushes.
 */
export class Gateway extends pulumi.ComponentResource {
  /** The steps' network; known when the gateway is there. */
  readonly network: pulumi.Output<string>;
  readonly containerId: pulumi.Output<string>;

  constructor(name: string, args: GatewayArgs, opts?: pulumi.ComponentResourceOptions) {
    super('sluice:index:Gateway', name, {}, opts);
    const of = { instance: args.instance, stack: 'platform' };
    const network = new docker.Network(
      'steps',
      { name: `${args.instance}-steps`, labels: labelList({ ...of, role: 'network' }) },
      { parent: this },
    ).name;
    const container = proxyContainer(
      'gateway',
      {
        container: gatewayName(args.instance),
        labels: { ...of, role: 'gateway' },
        image: args.image,
        config: pulumi.secret(
          pulumi
            .all([args.gitLogin, args.gitReader])
            .apply(([fetcher, reader]) =>
              gatewayConfig({ ...args.behind, gitLogin: asText(fetcher), gitReader: asText(reader) }),
            ),
        ),
        check: answers(builderPort, '/_ping'),
        // Whoever speaks to the socket has to be its owner; the container has no capability.
        user: '0:0',
        networksAdvanced: [{ name: args.network }, { name: network }],
        volumes: [{ hostPath: args.engineSocket, containerPath: gatewaySocket }],
      },
      { parent: this },
    );
    this.containerId = container.id;
    this.network = pulumi.all([network, container.id]).apply(([there]) => there);
    this.registerOutputs({ network: this.network });
  }
}

function asText({ username, password }: Login): string {
  return `${username}:${password}`;
}
