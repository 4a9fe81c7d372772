import type * as pulumi from '@pulumi/pulumi';
import type { CiServerAddress } from '../git-hosts/git-host';

/** Where a CI server will be: needed by the git host, which is there first. */
export interface CiServerPlace {
  instance: string;
  /** Port of the machine. */
  port: number;
  /** The machine's name in people's addresses. @default 'localhost' */
  host?: string;
}

/** How people and programs sign in to a CI server. */
export interface CiLogin {
  /** The account at the git host, which is also the one at the CI server. */
  username: string;
  password: string;
  /** The machine account's token for the API. */
  token: string;
}

/** What the other components need of a CI server. */
export interface CiServer extends CiServerAddress {
  /** Where the git host sends its hooks, without a slash at the end: `http://sluice-drone-front:8088`. */
  readonly hookUrl: string;
  /** Secret. Known only when the CI server can be used. */
  readonly login: pulumi.Output<CiLogin>;
}
