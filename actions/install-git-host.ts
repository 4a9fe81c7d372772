import { gitHostClient } from '../clients/git-host';
import type { ActionInput, ActionOutput } from './contract';

/** Makes a git host's accounts exist with exactly these passwords, without a browser. */
export default async function installGitHost({
  git,
  accounts,
}: ActionInput<'install-git-host'>): Promise<ActionOutput<'install-git-host'>> {
  return { database: await gitHostClient(git).ensureAccounts(accounts) };
}
