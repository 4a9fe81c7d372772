import type { Login } from '../http';

/** Where a git host is and how its administrator is known. Part of every action's input that talks to it. */
export interface GitHostAddress {
  /** Which git host it is, see {@link gitHostClients}. */
  kind: string;
  /** Name of its container. */
  container: string;
  /** Address as people open it, without a slash at the end. */
  url: string;
}

/** An account that is made to exist. */
export interface Account extends Login {
  /** May do everything on the git host. */
  admin: boolean;
}

/** A repository as a git host describes it. */
export interface RemoteRepository {
  /** True before the first push. */
  empty: boolean;
  /** For `git clone` by people. */
  cloneUrl: string;
  /** Its page. */
  webUrl: string;
  private: boolean;
}

/** A repository that is made to exist. */
export interface WantedRepository {
  owner: string;
  name: string;
  description: string;
  private: boolean;
  defaultBranch: string;
}

/** What an OAuth application is known by. */
export interface OAuthApplication {
  clientId: string;
  clientSecret: string;
}

/** What the actions need of a git host. Everything that makes something finds what is there already and mends it. */
export interface GitHostClient {
  /**
   * Makes the accounts exist with exactly these passwords.
   * @returns an identity of the git host's database: another one means that everything in it is gone
   */
  ensureAccounts(accounts: readonly Account[]): Promise<string>;
  /** Makes an organization exist that all of these own. The first must be an administrator. */
  ensureOrganization(name: string, owners: readonly Login[]): Promise<void>;
  /** Makes a repository of an organization exist. Settings of one that exists are left alone. */
  ensureRepository(login: Login, wanted: WantedRepository): Promise<RemoteRepository>;
  /** Addresses that pushes to a repository are told to. */
  hooks(login: Login, repository: { owner: string; name: string }): Promise<string[]>;
  /**
   * Makes an OAuth application exist that sends people back to these addresses, with a new secret.
   * Absent where the git host knows no OAuth.
   */
  ensureOAuthApplication?(login: Login, name: string, redirectUris: readonly string[]): Promise<OAuthApplication>;
  /** Signs a person in to an application that uses this git host's accounts. @returns the application's session cookies */
  signInTo(application: { loginUrl: string }, login: Login): Promise<string>;
}
