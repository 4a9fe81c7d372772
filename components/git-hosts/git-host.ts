import * as docker from '@pulumi/docker';
import type * as pulumi from '@pulumi/pulumi';
import type { Account, GitHostAddress } from '../../actions/lib/git-host-client';
import type { Login } from '../../actions/lib/http';
import { labelList } from '../../engine/labels';

/** Arguments of every kind of git host. */
export interface GitHostArgs {
  instance: string;
  /** The platform's Docker network. */
  network: pulumi.Input<string>;
  /** The kind's image, in the layout of its official one. */
  image: pulumi.Input<string>;
  /** Address of the machine that the port is bound to. */
  bind: string;
  /** Port of the machine. */
  port: number;
  /** The machine's name in people's addresses. @default 'localhost' */
  host?: string;
  /** The CI server that hooks are sent to, and nowhere else. */
  ciServer: CiServerAddress;
  /** Account of the people. `admin` is a reserved name. @default 'maintainer' */
  adminName?: string;
  /** Account of the CI server and of Sluice itself. No organization can have this name. @default 'sluice-bot' */
  machineName?: string;
  /** MiB. @default 512 */
  memory?: number;
}

/** A CI server's addresses, known before it is there. */
export interface CiServerAddress {
  /** Name of its container, which is its host name for hooks. */
  container: string;
  /** As people open it, without a slash at the end. */
  url: string;
  /** The git host's API as the CI server is to call it when it can't call it directly (see {@link GitHost.reusesTokenNames}). */
  gitHostUrl: string;
}

/** What the other components need of a git host. */
export interface GitHost {
  /** `gitea`, `gogs`. */
  readonly kind: string;
  readonly containerName: string;
  /** As people open it: `http://localhost:3000`. */
  readonly url: string;
  /** As containers of the platform's network reach it: `http://sluice-git:3000`. */
  readonly internalUrl: string;
  /** How the actions find it. */
  readonly address: GitHostAddress;
  /** The people's account, an administrator; secret. */
  readonly login: pulumi.Output<Login>;
  /** The account of the CI server and of Sluice; secret. */
  readonly machine: pulumi.Output<Login>;
  /** Both accounts, the administrator first; secret. Known only when they can be used. */
  readonly accounts: pulumi.Output<Account[]>;
  /** Another value means another, empty database. Known only when the accounts can be used. */
  readonly database: pulumi.Output<string>;
  /** What Drone's server is told of this git host: environment variables by name; secret. */
  readonly droneEnvironment: pulumi.Output<Record<string, string>>;
  /**
   * True when Drone signs people in with its own page and makes their tokens by this git host's API under one fixed
   * name, which Gogs refuses the second time; Drone's front then makes each name a new one.
   */
  readonly reusesTokenNames: boolean;
}

/** Port on which every kind serves HTTP in its container. */
export const gitPort = 3000;

/** The names and addresses that every kind has in common. */
export function gitHostNames(
  args: GitHostArgs,
  kind: string,
): Pick<GitHost, 'containerName' | 'url' | 'internalUrl' | 'address'> {
  const containerName = `${args.instance}-git`;
  const url = `http://${args.host ?? 'localhost'}:${args.port}`;
  return {
    containerName,
    url,
    internalUrl: `http://${containerName}:${gitPort}`,
    address: { kind, container: containerName, url },
  };
}

/** What every kind's container has in common. */
export function gitHostContainer(
  args: GitHostArgs,
): Pick<
  docker.ContainerArgs,
  | 'name'
  | 'image'
  | 'labels'
  | 'networksAdvanced'
  | 'ports'
  | 'wait'
  | 'waitTimeout'
  | 'mustRun'
  | 'destroyGraceSeconds'
> {
  return {
    name: `${args.instance}-git`,
    image: args.image,
    labels: labelList({ instance: args.instance, stack: 'platform', role: 'git' }),
    networksAdvanced: [{ name: args.network }],
    ports: [{ internal: gitPort, external: args.port, ip: args.bind }],
    wait: true,
    waitTimeout: 120,
    destroyGraceSeconds: 20,
    mustRun: true,
  };
}

/** The volume in which a git host keeps everything. */
export function gitHostVolume(args: GitHostArgs, parent: pulumi.Resource): docker.Volume {
  return new docker.Volume(
    'git',
    {
      name: `${args.instance}-git`,
      labels: labelList({ instance: args.instance, stack: 'platform', role: 'git' }),
    },
    { parent },
  );
}
