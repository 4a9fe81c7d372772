import { gitHostClient, type Account, type GitHostAddress } from '../clients/git-host';

/** What a git host's accounts are made of. */
export interface InstallGitHostInput {
  git: GitHostAddress;
  /** The first is the administrator. */
  accounts: Account[];
}

/** What is known of an installed git host. */
export interface InstallGitHostOutput {
  /** Another value means another, empty database: what was set up in it has to be set up again. */
  database: string;
}

/** Makes a git host's accounts exist with exactly these passwords, without a browser. */
export default async function installGitHost({ git, accounts }: InstallGitHostInput): Promise<InstallGitHostOutput> {
  return { database: await gitHostClient(git).ensureAccounts(accounts) };
}
