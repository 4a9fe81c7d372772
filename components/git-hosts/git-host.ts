import type * as pulumi from '@pulumi/pulumi';
import type { Account, GitHostAddress } from '../../clients/git-host';
import type { Login } from '../../clients/http';

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
  /** Name of its container. */
  container: string;
  /** The only host that hooks may be sent to. It takes hooks, and nothing else that people can't send it themselves. */
  hookHost: string;
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
