import { gitHostClient } from '../clients/git-host';
import type { ActionInput, ActionOutput } from './contract';

/** Makes an OAuth application exist at the git host. Every run gives it a new secret. */
export default async function registerApplication(
  input: ActionInput<'register-application'>,
): Promise<ActionOutput<'register-application'>> {
  const client = gitHostClient(input.git);
  if (client.ensureOAuthApplication === undefined) throw new Error(`${input.git.kind} knows no OAuth applications`);
  return client.ensureOAuthApplication(input.login, input.name, input.redirectUris);
}
