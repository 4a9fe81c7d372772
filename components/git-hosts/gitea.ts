import type * as docker from '@pulumi/docker';
import * as pulumi from '@pulumi/pulumi';
import { Action } from '../action';
import { password } from '../password';
import { gitPort, type GitHostArgs } from './git-host';
import { InstalledGitHost, type GitHostProgram } from './installed-git-host';

/** Folder with one file per secret; Gitea reads them at every start. */
const secretsFolder = '/etc/sluice';

/** Gitea's own secrets: environment variable (without its ending `__FILE`) to file and length. */
const secrets = {
  GITEA__security__SECRET_KEY: { file: 'secret-key', length: 64 },
  GITEA__security__INTERNAL_TOKEN: { file: 'internal-token', length: 64 },
  // 32 bytes in base64.
  GITEA__oauth2__JWT_SECRET: { file: 'jwt-secret', length: 43 },
} as const;

/**
 * Gitea as the git host, by its official rootless image: installed without a browser, registration closed, SQLite on a
 * volume of its own, Git over HTTP only, hooks to the CI server only.
 *
 * Its configuration is written anew at every start from what is declared here, so nothing drifts.
 */
export class Gitea extends InstalledGitHost {
  readonly reusesTokenNames = false;

  constructor(name: string, args: GitHostArgs, opts?: pulumi.ComponentResourceOptions) {
    super('gitea', 'sluice:index:Gitea', name, args, opts);
  }

  protected program(args: GitHostArgs, volume: docker.Volume): GitHostProgram {
    return {
      envs: [
        ...environment(args, this.url),
        ...Object.entries(secrets).map(([variable, { file }]) => `${variable}__FILE=${secretsFolder}/${file}`),
      ],
      uploads: Object.values(secrets).map(({ file, length }) => ({
        file: `${secretsFolder}/${file}`,
        content: password(`git-${file}`, this, length).result,
      })),
      volumes: [{ containerPath: '/var/lib/gitea', volumeName: volume.name }],
      tmpfs: { '/etc/gitea': 'rw,noexec,nosuid,size=1m,uid=1000,gid=1000,mode=0700' },
      healthPath: '/api/healthz',
    };
  }

  protected tellDrone(args: GitHostArgs): pulumi.Output<Record<string, string>> {
    const redirectUris = [`${args.ciServer.url}/login`];
    const application = new Action(
      'drone-application',
      {
        action: 'register-application',
        input: pulumi.secret(pulumi.output({ git: this.address, login: this.machine, name: 'Drone', redirectUris })),
        secret: {},
        triggers: [this.database, redirectUris],
        secretOutput: true,
      },
      { parent: this },
    );
    return application.output.apply(({ clientId, clientSecret }): Record<string, string> => ({
      DRONE_GITEA_SERVER: this.internalUrl,
      DRONE_GITEA_CLIENT_ID: clientId,
      DRONE_GITEA_CLIENT_SECRET: clientSecret,
    }));
  }
}

/** Gitea's settings as its image takes them: `GITEA__section__KEY=value`, `_0X2E_` for a dot. */
function environment(args: GitHostArgs, url: string): string[] {
  const settings: Record<string, string> = {
    security__INSTALL_LOCK: 'true',
    server__ROOT_URL: `${url}/`,
    server__DOMAIN: new URL(url).hostname,
    server__HTTP_PORT: String(gitPort),
    // Addresses that Gitea tells are the people's, also when a container asks by the container's name.
    server__PUBLIC_URL_DETECTION: 'never',
    server__DISABLE_SSH: 'true',
    server__START_SSH_SERVER: 'false',
    server__OFFLINE_MODE: 'true',
    database__DB_TYPE: 'sqlite3',
    database__PATH: '/var/lib/gitea/data/gitea.db',
    database__SQLITE_JOURNAL_MODE: 'WAL',
    session__PROVIDER: 'db',
    service__DISABLE_REGISTRATION: 'true',
    service__SHOW_REGISTRATION_BUTTON: 'false',
    service__DEFAULT_USER_VISIBILITY: 'limited',
    webhook__ALLOWED_HOST_LIST: args.ciServer.hookHost,
    repository__DEFAULT_BRANCH: 'main',
    repository__DEFAULT_PRIVATE: 'private',
    repository__SCRIPT_TYPE: 'sh',
    // Ten years in hours: Drone renews its access with this, also after a month in which nobody has pushed.
    oauth2__REFRESH_TOKEN_EXPIRATION_TIME: '87600',
    picture__DISABLE_GRAVATAR: 'true',
    indexer__ISSUE_INDEXER_TYPE: 'db',
    actions__ENABLED: 'false',
    packages__ENABLED: 'false',
    cron_0X2E_update_checker__ENABLED: 'false',
    log__LEVEL: 'Warn',
  };
  return Object.entries(settings).map(([key, value]) => `GITEA__${key}=${value}`);
}
