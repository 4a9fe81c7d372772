import { UserError } from '../../base/errors';
import type { GitHostAddress, GitHostClient } from './git-host';
import { GiteaClient } from './gitea-client';
import { GogsClient } from './gogs-client';

export type {
  Account,
  GitHostAddress,
  GitHostClient,
  OAuthApplication,
  RemoteRepository,
  WantedRepository,
} from './git-host';

const gitHostClients: Record<string, new (address: GitHostAddress) => GitHostClient> = {
  gitea: GiteaClient,
  gogs: GogsClient,
};

/**
 * The client for a git host.
 * @throws UserError for a kind that there is no client for
 */
export function gitHostClient(address: GitHostAddress): GitHostClient {
  const Client = gitHostClients[address.kind];
  if (Client === undefined) {
    throw new UserError(
      `git host "${address.kind}" is none of ${Object.keys(gitHostClients).join(', ')}`,
      'set sluice:gitHost to one of these',
    );
  }
  return new Client(address);
}
