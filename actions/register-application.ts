import { gitHostClient, type GitHostAddress, type OAuthApplication } from '../clients/git-host';
import type { Login } from '../clients/http';

/** An application that lets people in by their account at the git host. */
export interface RegisterApplicationInput {
  git: GitHostAddress;
  /** Account that the application belongs to. */
  login: Login;
  /** As people read it when they are asked for their consent. */
  name: string;
  redirectUris: string[];
}

/** Makes an OAuth application exist at the git host. Every run gives it a new secret. */
export default async function registerApplication(input: RegisterApplicationInput): Promise<OAuthApplication> {
  const client = gitHostClient(input.git);
  if (client.ensureOAuthApplication === undefined) throw new Error(`${input.git.kind} knows no OAuth applications`);
  return client.ensureOAuthApplication(input.login, input.name, input.redirectUris);
}
