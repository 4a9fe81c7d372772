import * as pulumi from '@pulumi/pulumi';
import type { Account, GitHostAddress } from '../../clients/git-host';
import type { Login } from '../../clients/http';
import { Action } from '../action';
import { password } from '../password';
import type { GitHostArgs } from './git-host';

/** The accounts of a git host and when they can be used. */
export interface GitHostAccounts {
  login: pulumi.Output<Login>;
  machine: pulumi.Output<Login>;
  accounts: pulumi.Output<Account[]>;
  database: pulumi.Output<string>;
}

/**
 * Makes the people's and the machine's account on a running git host. A new container asks again, which changes
 * nothing when its volume is the old one.
 */
export function installAccounts(
  args: GitHostArgs,
  address: GitHostAddress,
  containerId: pulumi.Input<string>,
  parent: pulumi.Resource,
): GitHostAccounts {
  const adminName = args.adminName ?? 'maintainer';
  const machineName = args.machineName ?? 'sluice-bot';
  const adminPassword = password('git-admin-password', parent).result;
  const machinePassword = password('git-machine-password', parent).result;
  const wanted = pulumi.secret(
    pulumi.all([adminPassword, machinePassword]).apply(([admin, machine]): Account[] => [
      { username: adminName, password: admin, admin: true },
      { username: machineName, password: machine, admin: false },
    ]),
  );
  const install = new Action(
    'install-git-host',
    {
      action: 'install-git-host',
      input: pulumi.secret(pulumi.output({ git: address, accounts: wanted })),
      secret: {},
      triggers: [containerId, address, adminName, machineName],
    },
    { parent },
  );
  const accounts = pulumi.secret(pulumi.all([wanted, install.output]).apply(([list]) => list));
  const login = (index: number): pulumi.Output<Login> =>
    pulumi.secret(
      accounts.apply((list) => ({ username: list[index]?.username ?? '', password: list[index]?.password ?? '' })),
    );
  return {
    login: login(0),
    machine: login(1),
    accounts,
    // The database's identity is no secret, whatever the input it was asked with.
    database: pulumi.unsecret(install.output.apply(({ database }) => database)),
  };
}
