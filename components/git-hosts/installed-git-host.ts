import * as docker from '@pulumi/docker';
import * as pulumi from '@pulumi/pulumi';
import type { Account, GitHostAddress } from '../../clients/git-host';
import type { Login } from '../../clients/http';
import { labelList } from '../../clients/docker/labels';
import { hardened } from '../hardened';
import { healthCheck, replacedByName } from '../health';
import { installAccounts } from './accounts';
import { gitPort, type GitHost, type GitHostArgs } from './git-host';

/** The part of a container in which the kinds differ. */
export type GitHostProgram = Pick<
  docker.ContainerArgs,
  'user' | 'entrypoints' | 'command' | 'envs' | 'uploads' | 'volumes' | 'tmpfs'
> & {
  /** Path that answers 200 when the program is well. */
  healthPath: string;
};

/**
 * A git host in a container of ours: its volume, its container, its two accounts. A kind says what it runs in the
 * container and what Drone has to know of it.
 */
export abstract class InstalledGitHost extends pulumi.ComponentResource implements GitHost {
  readonly containerName: string;
  readonly containerId: pulumi.Output<string>;
  readonly url: string;
  readonly internalUrl: string;
  readonly address: GitHostAddress;
  readonly login: pulumi.Output<Login>;
  readonly machine: pulumi.Output<Login>;
  readonly accounts: pulumi.Output<Account[]>;
  readonly database: pulumi.Output<string>;
  readonly droneEnvironment: pulumi.Output<Record<string, string>>;
  abstract readonly reusesTokenNames: boolean;

  protected constructor(
    readonly kind: string,
    type: string,
    name: string,
    args: GitHostArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super(type, name, {}, opts);
    this.containerName = `${args.instance}-git`;
    this.url = `http://${args.host ?? 'localhost'}:${args.port}`;
    this.internalUrl = `http://${this.containerName}:${gitPort}`;
    this.address = { kind, container: this.containerName, url: this.url };

    const labels = labelList({ instance: args.instance, stack: 'platform', role: 'git' });
    const volume = new docker.Volume('git', { name: this.containerName, labels }, { parent: this });
    const { healthPath, ...program } = this.program(args, volume);
    const container = new docker.Container(
      'git',
      {
        ...program,
        name: this.containerName,
        image: args.image,
        labels,
        networksAdvanced: [{ name: args.network }],
        ports: [{ internal: gitPort, external: args.port, ip: args.bind }],
        ...hardened({ memory: args.memory ?? 512, writableRoot: true }),
        healthcheck: healthCheck(`curl -fsS -m 4 -o /dev/null http://127.0.0.1:${gitPort}${healthPath}`, {
          startPeriod: '2m0s',
        }),
        wait: true,
        waitTimeout: 120,
        destroyGraceSeconds: 20,
        mustRun: true,
      },
      { parent: this, ...replacedByName },
    );
    this.containerId = container.id;
    const { login, machine, accounts, database } = installAccounts(args, this.address, container.id, this);
    this.login = login;
    this.machine = machine;
    this.accounts = accounts;
    this.database = database;
    this.droneEnvironment = pulumi.secret(this.tellDrone(args));
    this.registerOutputs({ url: this.url, containerName: this.containerName, database: this.database });
  }

  /** What the container runs, with what and on which volume. Called by the constructor, when the addresses are known. */
  protected abstract program(args: GitHostArgs, volume: docker.Volume): GitHostProgram;

  /** Drone's environment variables for this git host. Called by the constructor, when the accounts are known. */
  protected abstract tellDrone(args: GitHostArgs): pulumi.Output<Record<string, string>>;
}
