import { createHmac } from 'node:crypto';
import * as pulumi from '@pulumi/pulumi';
import type { DroneSecret } from '../clients/drone/drone-admin';
import { abilitiesOf } from '../clients/git-host/abilities';
import { Action } from './action';
import type { CiServer } from './ci/ci-server';
import type { GitHost } from './git-hosts/git-host';

/** Arguments of {@link Repository}. */
export interface RepositoryArgs {
  gitHost: GitHost;
  ciServer: CiServer;
  /** Organization at the git host; it is made when it is not there. */
  owner: string;
  /** @default the resource's name */
  name?: string;
  /** @default '' */
  description?: string;
  /** Only people who are signed in and allowed see it. @default true */
  private?: boolean;
  /** @default 'main' */
  defaultBranch?: string;
  /** What an empty repository begins with. @default nothing: the first push is a person's */
  seed?: {
    /** Folder relative to the project's root, without anything of this machine in it. */
    folder: string;
    /** Further files by path, such as a pipeline for people to read; they win over the folder's. @default none */
    files?: pulumi.Input<Record<string, string>>;
    /** First line of the commit. @default 'Start NAME' */
    message?: string;
  };
  /** For builds of pushes, not of pull requests. @default none */
  secrets?: pulumi.Input<Record<string, string>>;
  /** Steps may mount the engine's socket and folders of the machine. @default true */
  trusted?: boolean;
  /** Minutes after which a build is ended. @default 60 */
  timeoutMinutes?: number;
}

/**
 * A repository at the git host whose pushes the CI server builds: created, seeded, activated, with hook and secrets.
 * People's commits and settings are never overwritten; what is missing is put back whenever the resource runs again.
 * Taking the resource away removes nothing.
 */
export class Repository extends pulumi.ComponentResource {
  /** `owner/name` */
  readonly slug: string;
  /** For `git clone`. Known when the repository is there. */
  readonly cloneUrl: pulumi.Output<string>;
  /** Its page at the git host. */
  readonly webUrl: pulumi.Output<string>;
  /** The slug, known when pushes are built and the seed, if there is one, has been pushed. */
  readonly ready: pulumi.Output<string>;

  constructor(name: string, args: RepositoryArgs, opts?: pulumi.ComponentResourceOptions) {
    super('sluice:index:Repository', name, {}, opts);
    const { gitHost, ciServer } = args;
    const git = gitHost.address;
    const repository = {
      owner: args.owner,
      name: args.name ?? name,
      description: args.description ?? '',
      private: args.private ?? true,
      defaultBranch: args.defaultBranch ?? 'main',
    };

    const create = new Action(
      `${name}-create`,
      {
        action: 'create-repository',
        input: pulumi.secret(pulumi.output({ git, owners: gitHost.accounts, repository })),
        secret: {},
        triggers: [gitHost.database, repository],
      },
      { parent: this },
    );
    const settings = {
      trusted: args.trusted ?? true,
      timeout: args.timeoutMinutes ?? 60,
      ignore_forks: true,
      // Without the commit a build of one could only fail.
      ignore_pull_requests: !abilitiesOf(gitHost.kind).pullRequests,
    };
    const secrets = pulumi.secret(pulumi.output(args.secrets ?? {})).apply(secretList);
    const activate = new Action(
      `${name}-activate`,
      {
        action: 'activate-repository',
        input: pulumi.secret(
          pulumi.output({
            git,
            drone: { url: ciServer.url, hookUrl: ciServer.hookUrl, token: ciServer.login.apply(({ token }) => token) },
            machine: gitHost.machine,
            people: [gitHost.login],
            repository: { owner: repository.owner, name: repository.name },
            settings,
            secrets,
          }),
        ),
        secret: {},
        // Secrets are not among the triggers, which are plain text; their fingerprint is.
        triggers: [gitHost.database, repository, ciServer.hookUrl, settings, fingerprint(ciServer, secrets)],
      },
      { parent: this, dependsOn: [create] },
    );
    let last: pulumi.Output<unknown> = activate.output;
    if (args.seed !== undefined) {
      const { folder, files, message } = args.seed;
      last = new Action(
        `${name}-seed`,
        {
          action: 'seed-repository',
          input: pulumi.secret(
            pulumi.output({
              git,
              login: gitHost.machine,
              repository,
              folder,
              files: files ?? {},
              message: message ?? `Start ${repository.name}`,
            }),
          ),
          secret: {},
          // A folder that changes later changes nothing: by then the repository has commits.
          triggers: [gitHost.database, repository, folder],
        },
        // The first push is built like every other one.
        { parent: this, dependsOn: [activate] },
      ).output;
    }

    this.slug = `${repository.owner}/${repository.name}`;
    this.cloneUrl = pulumi.unsecret(create.output.apply(({ cloneUrl }) => cloneUrl));
    this.webUrl = pulumi.unsecret(create.output.apply(({ webUrl }) => webUrl));
    this.ready = pulumi.unsecret(last.apply(() => this.slug));
    this.registerOutputs({ slug: this.slug, cloneUrl: this.cloneUrl, webUrl: this.webUrl });
  }
}

function secretList(secrets: Record<string, string>): DroneSecret[] {
  return Object.entries(secrets).map(([name, data]) => ({ name, data }));
}

/**
 * Another value when the secrets, or the Drone that they are kept in, are others. The token is the key, so that nobody
 * can try values against it.
 */
function fingerprint(ciServer: CiServer, secrets: pulumi.Output<DroneSecret[]>): pulumi.Output<string> {
  return pulumi.unsecret(
    pulumi
      .all([ciServer.login, secrets])
      .apply(([{ token }, list]) => createHmac('sha256', token).update(JSON.stringify(list)).digest('hex')),
  );
}
