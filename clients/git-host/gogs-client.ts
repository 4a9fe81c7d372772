import { randomBytes } from 'node:crypto';
import { dockerExec } from '../docker/docker';
import { gogsConfigFile, gogsDataPath } from './gogs';
import { BrowserSession } from './browser-session';
import type { Account, GitHostAddress, GitHostClient, RemoteRepository, WantedRepository } from './git-host';
import { basic, http, type Login } from '../http';

/** Names of the accounts that an installation makes and removes again. */
const installerPrefix = 'sluice-install-';

interface GogsRepository {
  empty: boolean;
  clone_url: string;
  html_url: string;
  private: boolean;
}

/**
 * Gogs' HTTP API, and its command line in the container for what needs no password yet. Gogs has no command that sets
 * a password, so that an installation works through an administrator of its own, who is gone when it ends.
 */
export class GogsClient implements GitHostClient {
  private readonly tokens = new Map<string, Promise<string>>();

  constructor(private readonly at: GitHostAddress) {}

  async ensureAccounts(accounts: readonly Account[]): Promise<string> {
    const settled = await Promise.all(accounts.map((account) => this.knows(account)));
    const admin = accounts.find((account) => account.admin);
    if (settled.includes(false) && admin !== undefined) await this.setAccounts(admin, accounts);
    return this.databaseId();
  }

  async ensureOrganization(name: string, owners: readonly Login[]): Promise<void> {
    const [first, ...others] = owners;
    if (first === undefined) return;
    const authorization = await this.token(first);
    const found = await http(this.api(`/orgs/${name}`), { authorization, also: [404] });
    if (found.status === 404) {
      await http(this.api('/user/orgs'), { method: 'POST', authorization, json: { username: name }, also: [422] });
    }
    const { body: teams } = await http<{ id: number; name: string }[]>(this.api(`/orgs/${name}/teams`), {
      authorization,
    });
    const team = teams.find((candidate) => candidate.name === 'Owners');
    if (team === undefined) throw new Error(`organization ${name} of ${this.at.url} has no team of owners`);
    for (const owner of others) {
      await http(this.api(`/admin/teams/${team.id}/members/${owner.username}`), { method: 'PUT', authorization });
    }
  }

  async ensureRepository(login: Login, wanted: WantedRepository): Promise<RemoteRepository> {
    const authorization = await this.token(login);
    const address = this.api(`/repos/${wanted.owner}/${wanted.name}`);
    let found = await http<GogsRepository>(address, { authorization, also: [404] });
    if (found.status === 404) {
      // The default branch of an empty repository is the git host's setting.
      const json = { name: wanted.name, description: wanted.description, private: wanted.private, auto_init: false };
      await http(this.api(`/org/${wanted.owner}/repos`), { method: 'POST', authorization, json, also: [422] });
      found = await http<GogsRepository>(address, { authorization });
    }
    const { empty, clone_url: cloneUrl, html_url: webUrl, private: isPrivate } = found.body;
    return { empty, cloneUrl, webUrl, private: isPrivate };
  }

  async hooks(login: Login, { owner, name }: { owner: string; name: string }): Promise<string[]> {
    const { body } = await http<{ active: boolean; config: { url: string } }[]>(
      this.api(`/repos/${owner}/${name}/hooks`),
      { authorization: await this.token(login) },
    );
    return body.filter((hook) => hook.active).map((hook) => hook.config.url);
  }

  async signInTo(application: { loginUrl: string }, login: Login): Promise<string> {
    const session = new BrowserSession();
    const form = { username: login.username, password: login.password };
    const at = await session.visit(application.loginUrl, { method: 'POST', form });
    if (at.url.includes('/login')) {
      throw new Error(`signing ${login.username} in to ${application.loginUrl} ended at ${at.url}`);
    }
    return session.cookieHeader(application.loginUrl);
  }

  private async knows(account: Account): Promise<boolean> {
    const { status } = await http(this.api(`/users/${account.username}/tokens`), {
      authorization: basic(account),
      also: [401, 403, 404],
      patienceSeconds: 60,
    });
    return status === 200;
  }

  private async setAccounts(admin: Account, accounts: readonly Account[]): Promise<void> {
    const installer: Login = {
      username: `${installerPrefix}${randomBytes(4).toString('hex')}`,
      password: randomBytes(18).toString('hex'),
    };
    await this.createInstaller(installer);
    const authorization = await this.token(installer);
    for (const account of accounts) {
      const { username, password } = account;
      const json = { username, email: mail(account), password };
      await http(this.api('/admin/users'), { method: 'POST', authorization, json, also: [422] });
      await http(this.api(`/admin/users/${username}`), {
        method: 'PATCH',
        authorization,
        json: { email: mail(account), login_name: '', password, active: true, admin: account.admin },
      });
    }
    await this.dropInstallers(admin);
  }

  /** The password of this account is in a process list for a moment, of an account that is removed right away. */
  private async createInstaller({ username, password }: Login): Promise<void> {
    const create = [
      `exec /app/gogs/gogs admin create-user --config ${gogsConfigFile}`,
      `--name "$1" --email "$1@localhost.localdomain" --admin --password "$(cat)"`,
    ].join(' ');
    await dockerExec(this.at.container, ['sh', '-c', create, 'sh', username], { input: password });
  }

  /** Removes the accounts of this and of killed installations. */
  private async dropInstallers(admin: Account): Promise<void> {
    const authorization = await this.token(admin);
    const { body } = await http<{ data: { username: string }[] }>(
      `${this.api('/users/search')}?q=${installerPrefix}&limit=50`,
      { authorization },
    );
    for (const { username } of body.data.filter((user) => user.username.startsWith(installerPrefix))) {
      await http(this.api(`/admin/users/${username}`), { method: 'DELETE', authorization });
    }
  }

  /** Gogs shows nobody when its database was made, so its volume gets a name of its own. */
  private async databaseId(): Promise<string> {
    const file = `${gogsDataPath}/gogs/sluice-database-id`;
    const fresh = randomBytes(12).toString('hex');
    const script = `test -s ${file} || echo ${fresh} > ${file}; cat ${file}`;
    return (await dockerExec(this.at.container, ['sh', '-c', script])).stdout.trim();
  }

  /** Gogs' API takes tokens only. They can't be removed through it, so one per account and run is what there is. */
  private token(login: Login): Promise<string> {
    const known = this.tokens.get(login.username);
    if (known !== undefined) return known;
    const made = http<{ sha1: string }>(this.api(`/users/${login.username}/tokens`), {
      method: 'POST',
      authorization: basic(login),
      json: { name: `sluice-${randomBytes(6).toString('hex')}` },
    }).then(({ body }) => `token ${body.sha1}`);
    this.tokens.set(login.username, made);
    return made;
  }

  private api(path: string): string {
    return `${this.at.url}/api/v1${path}`;
  }
}

/** An address that is never written to: mail is off. */
function mail(account: Login): string {
  return `${account.username}@localhost.localdomain`;
}
