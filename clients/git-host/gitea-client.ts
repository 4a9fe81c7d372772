import { randomBytes } from 'node:crypto';
import { DockerError, dockerExec } from '../docker/docker';
import { BrowserSession, formFields } from './browser-session';
import type {
  Account,
  GitHostAddress,
  GitHostClient,
  OAuthApplication,
  RemoteRepository,
  WantedRepository,
} from './git-host';
import { basic, http, type Login } from '../http';

/** Names of the tokens that an installation makes and removes again. */
const tokenPrefix = 'sluice-install-';

interface GiteaRepository {
  empty: boolean;
  clone_url: string;
  html_url: string;
  private: boolean;
}

/** Gitea's HTTP API, and its command line in the container for what needs no password yet. */
export class GiteaClient implements GitHostClient {
  constructor(private readonly at: GitHostAddress) {}

  async ensureAccounts(accounts: readonly Account[]): Promise<string> {
    const settled = await Promise.all(accounts.map((account) => this.knows(account)));
    const [first] = accounts;
    if (first === undefined) return '';
    if (settled.includes(false)) await this.setAccounts(first, accounts);
    const { body } = await http<{ created: string }>(this.api('/user'), { authorization: basic(first) });
    return body.created;
  }

  async ensureOrganization(name: string, owners: readonly Login[]): Promise<void> {
    const [first, ...others] = owners;
    if (first === undefined) return;
    const authorization = basic(first);
    const found = await http(this.api(`/orgs/${name}`), { authorization, also: [404] });
    if (found.status === 404) {
      const json = { username: name, visibility: 'private', repo_admin_change_team_access: true };
      await http(this.api('/orgs'), { method: 'POST', authorization, json, also: [422] });
    }
    const { body: teams } = await http<{ id: number; name: string }[]>(this.api(`/orgs/${name}/teams`), {
      authorization,
    });
    const team = teams.find((candidate) => candidate.name === 'Owners');
    if (team === undefined) throw new Error(`organization ${name} of ${this.at.url} has no team of owners`);
    for (const owner of others) {
      await http(this.api(`/teams/${team.id}/members/${owner.username}`), { method: 'PUT', authorization });
    }
  }

  async ensureRepository(login: Login, wanted: WantedRepository): Promise<RemoteRepository> {
    const authorization = basic(login);
    const address = this.api(`/repos/${wanted.owner}/${wanted.name}`);
    let found = await http<GiteaRepository>(address, { authorization, also: [404] });
    if (found.status === 404) {
      const json = {
        name: wanted.name,
        description: wanted.description,
        private: wanted.private,
        default_branch: wanted.defaultBranch,
        auto_init: false,
      };
      // 409: somebody else was faster.
      await http(this.api(`/orgs/${wanted.owner}/repos`), { method: 'POST', authorization, json, also: [409] });
      found = await http<GiteaRepository>(address, { authorization });
    }
    const { empty, clone_url: cloneUrl, html_url: webUrl, private: isPrivate } = found.body;
    return { empty, cloneUrl, webUrl, private: isPrivate };
  }

  async hooks(login: Login, { owner, name }: { owner: string; name: string }): Promise<string[]> {
    const { body } = await http<{ active: boolean; config: { url: string } }[]>(
      this.api(`/repos/${owner}/${name}/hooks`),
      { authorization: basic(login) },
    );
    return body.filter((hook) => hook.active).map((hook) => hook.config.url);
  }

  async ensureOAuthApplication(login: Login, name: string, redirectUris: readonly string[]): Promise<OAuthApplication> {
    const authorization = basic(login);
    const applications = this.api('/user/applications/oauth2');
    const { body: present } = await http<{ id: number; name: string }[]>(applications, { authorization });
    const known = present.find((application) => application.name === name);
    // The secret is told only when it is made: an application that exists gets a new one.
    const { body } = await http<{ client_id: string; client_secret: string }>(
      known === undefined ? applications : `${applications}/${known.id}`,
      {
        method: known === undefined ? 'POST' : 'PATCH',
        authorization,
        json: {
          name,
          redirect_uris: redirectUris,
          confidential_client: true,
          skip_secondary_authorization: true,
        },
      },
    );
    return { clientId: body.client_id, clientSecret: body.client_secret };
  }

  async signInTo(application: { loginUrl: string }, login: Login): Promise<string> {
    const session = new BrowserSession();
    const signIn = `${this.at.url}/user/login`;
    const page = await session.visit(signIn);
    const fields = formFields(page.answer.text, '/user/login') ?? {};
    const form = { ...fields, user_name: login.username, password: login.password };
    const inside = await session.visit(signIn, { method: 'POST', form });
    if (formFields(inside.answer.text, '/user/login') !== undefined) {
      throw new Error(`${this.at.url} does not take the password of ${login.username}`);
    }
    let at = await session.visit(application.loginUrl);
    const consent = formFields(at.answer.text, '/login/oauth/grant');
    if (consent !== undefined) {
      const granted = { ...consent, granted: 'true' };
      at = await session.visit(`${this.at.url}/login/oauth/grant`, { method: 'POST', form: granted });
    }
    if (new URL(at.url).origin !== new URL(application.loginUrl).origin || at.url.includes('/login/error')) {
      throw new Error(`signing ${login.username} in to ${application.loginUrl} ended at ${at.url}`);
    }
    return session.cookieHeader(application.loginUrl);
  }

  /** True when the account exists, with this password and these rights. */
  private async knows(account: Account): Promise<boolean> {
    const { status, body } = await http<{ is_admin: boolean }>(this.api('/user'), {
      authorization: basic(account),
      also: [401, 403],
      patienceSeconds: 60,
    });
    return status === 200 && body.is_admin === account.admin;
  }

  /**
   * Sets accounts right by a token that the command line in the container gives to the administrator. Passwords travel
   * in request bodies only.
   */
  private async setAccounts(admin: Account, accounts: readonly Account[]): Promise<void> {
    await this.gitea([
      ...['user', 'create', '--username', admin.username, '--email', mail(admin), '--admin'],
      ...['--random-password', '--must-change-password=false'],
    ]).catch((error: unknown) => {
      if (!isThereAlready(error)) throw error;
    });
    const tokenName = `${tokenPrefix}${randomBytes(6).toString('hex')}`;
    const printed = await this.gitea([
      ...['user', 'generate-access-token', '--username', admin.username, '--token-name', tokenName],
      ...['--scopes', 'write:admin', '--raw'],
    ]);
    // What Gitea logs stands on the same stream, before it or after it.
    const token = /^[0-9a-f]{40}$/m.exec(printed)?.[0];
    if (token === undefined) throw new Error(`${this.at.container} has made no token for ${admin.username}`);
    const authorization = `token ${token}`;
    for (const account of accounts) await this.setAccount(authorization, account);
    await this.dropTokens(admin);
  }

  private async setAccount(authorization: string, account: Account): Promise<void> {
    const { username, password, admin } = account;
    const users = this.api('/admin/users');
    const json = { username, email: mail(account), password, must_change_password: false, visibility: 'limited' };
    // 422: there is such an account.
    await http(users, { method: 'POST', authorization, json, also: [422] });
    await http(`${users}/${username}`, {
      method: 'PATCH',
      authorization,
      json: { source_id: 0, login_name: username, password, must_change_password: false, admin, active: true },
    });
  }

  /** Removes the tokens of this and of killed installations. */
  private async dropTokens(admin: Login): Promise<void> {
    const authorization = basic(admin);
    const tokens = this.api(`/users/${admin.username}/tokens`);
    const { body } = await http<{ id: number; name: string }[]>(`${tokens}?limit=50`, { authorization });
    for (const { id, name } of body) {
      if (name.startsWith(tokenPrefix)) await http(`${tokens}/${id}`, { method: 'DELETE', authorization });
    }
  }

  private async gitea(command: readonly string[]): Promise<string> {
    return (await dockerExec(this.at.container, ['gitea', 'admin', ...command])).stdout;
  }

  private api(path: string): string {
    return `${this.at.url}/api/v1${path}`;
  }
}

/** Gitea's command line ends with 1 whatever it was: these are its words of an account that exists, seen with 1.26.2. */
function isThereAlready(error: unknown): boolean {
  return error instanceof DockerError && error.result.stderr.includes('already exists');
}

/** An address that is never written to: mail is off. */
function mail(account: Login): string {
  return `${account.username}@localhost.localdomain`;
}
