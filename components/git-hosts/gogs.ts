import * as docker from '@pulumi/docker';
import * as pulumi from '@pulumi/pulumi';
import type { Account, GitHostAddress } from '../../actions/lib/git-host-client';
import type { Login } from '../../actions/lib/http';
import { gogsConfig, gogsConfigFile, gogsDataPath } from '../../engine/gogs';
import { hardened } from '../hardened';
import { healthInterval, replacedByName } from '../health';
import { ownVolume } from '../own-volume';
import { password } from '../password';
import { installAccounts } from './accounts';
import { gitHostContainer, gitHostNames, gitHostVolume, gitPort, type GitHost, type GitHostArgs } from './git-host';

/** The user of Gogs' images. */
const gogsUser = '1000:1000';

/**
 * Gogs as the git host, by either of its official images, the program itself without their start scripts: installed
 * without a browser, registration closed, SQLite on a volume of its own, Git over HTTP only, hooks to the CI server
 * only, and not as root.
 */
export class Gogs extends pulumi.ComponentResource implements GitHost {
  readonly kind = 'gogs';
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
  readonly reusesTokenNames = true;

  constructor(name: string, args: GitHostArgs, opts?: pulumi.ComponentResourceOptions) {
    super('sluice:index:Gogs', name, {}, opts);
    const names = gitHostNames(args, this.kind);
    const volume = gitHostVolume(args, this);
    const owned = ownVolume(
      'git-volume-owner',
      { instance: args.instance, volume: volume.name, user: gogsUser, image: args.image },
      this,
    );
    const secretKey = password('git-secret-key', this, 64).result;
    const container = new docker.Container(
      'git',
      {
        ...gitHostContainer(args),
        user: gogsUser,
        entrypoints: ['/bin/sh', '-c'],
        command: [
          `mkdir -p ${gogsDataPath}/gogs/data ${gogsDataPath}/git && exec /app/gogs/gogs web --config ${gogsConfigFile}`,
        ],
        // Gogs compares USER with the RUN_USER of its configuration; git looks for its settings in HOME.
        envs: ['USER=git', `HOME=${gogsDataPath}/git`, `GOGS_CUSTOM=${gogsDataPath}/gogs`],
        uploads: [
          {
            file: gogsConfigFile,
            content: secretKey.apply((key) =>
              gogsConfig({ url: names.url, secretKey: key, hookHost: args.ciServer.container }),
            ),
          },
        ],
        volumes: [{ containerPath: gogsDataPath, volumeName: owned }],
        ...hardened({ memory: args.memory ?? 512 }),
        healthcheck: {
          tests: ['CMD', 'curl', '-fsS', '-o', '/dev/null', `http://127.0.0.1:${gitPort}/healthcheck`],
          interval: healthInterval,
          timeout: '5s',
          startPeriod: '1m0s',
          retries: 5,
        },
      },
      { parent: this, ...replacedByName },
    );
    const { login, machine, accounts, database } = installAccounts(args, names.address, container.id, this);

    this.containerName = names.containerName;
    this.containerId = container.id;
    this.url = names.url;
    this.internalUrl = names.internalUrl;
    this.address = names.address;
    this.login = login;
    this.machine = machine;
    this.accounts = accounts;
    this.database = database;
    this.droneEnvironment = pulumi.secret(
      accounts.apply((): Record<string, string> => ({ DRONE_GOGS_SERVER: args.ciServer.gitHostUrl })),
    );
    this.registerOutputs({ url: this.url, containerName: this.containerName, database: this.database });
  }
}
