import type * as docker from '@pulumi/docker';
import type * as pulumi from '@pulumi/pulumi';
import { gogsConfig, gogsConfigFile, gogsDataPath } from '../../clients/git-host/gogs';
import { ownVolume } from '../own-volume';
import { password } from '../password';
import type { GitHostArgs } from './git-host';
import { InstalledGitHost, type GitHostProgram } from './installed-git-host';

/** The user of Gogs' images. */
const gogsUser = '1000:1000';

/**
 * Gogs as the git host, by either of its official images, the program itself without their start scripts: installed
 * without a browser, registration closed, SQLite on a volume of its own, Git over HTTP only, hooks to the CI server
 * only, and not as root.
 */
export class Gogs extends InstalledGitHost {
  readonly reusesTokenNames = true;

  constructor(name: string, args: GitHostArgs, opts?: pulumi.ComponentResourceOptions) {
    super('gogs', 'sluice:index:Gogs', name, args, opts);
  }

  protected program(args: GitHostArgs, volume: docker.Volume): GitHostProgram {
    const owned = ownVolume(
      'git-volume-owner',
      { instance: args.instance, volume: volume.name, user: gogsUser, image: args.image },
      this,
    );
    const secretKey = password('git-secret-key', this, 64).result;
    return {
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
            gogsConfig({ url: this.url, secretKey: key, hookHost: args.ciServer.hookHost }),
          ),
        },
      ],
      volumes: [{ containerPath: gogsDataPath, volumeName: owned }],
      healthPath: '/healthcheck',
    };
  }

  protected tellDrone(args: GitHostArgs): pulumi.Output<Record<string, string>> {
    return this.accounts.apply((): Record<string, string> => ({ DRONE_GOGS_SERVER: args.ciServer.gitHostUrl }));
  }
}
