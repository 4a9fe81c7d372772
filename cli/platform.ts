import type { Login } from '../actions/lib/http';
import type { RegistryLogins } from '../components/registries';
import type { PlatformOutputs } from '../stacks/platform-outputs';
import { outputsOf, type Outputs } from './pulumi/outputs';

/** A platform's outputs with the logins that go with them. */
export interface Platform extends PlatformOutputs {
  registryLogins: RegistryLogins;
  gitLogin: Login;
  droneLogin: { username: string; password?: string; token: string };
}

/** Reads what a platform's stack published; undefined before its first complete update. */
export function platformOf(outputs: Outputs): Platform | undefined {
  const complete = ['instance', 'registry', 'gitHost', 'drone', 'repositories', 'droneLogin', 'ledger'].every(
    (name) => outputs[name] !== undefined && outputs[name] !== null,
  );
  return complete ? (outputs as unknown as Platform) : undefined;
}

/** `owner/name` of a repository, from the address that it is cloned from. */
export function slugOf(cloneUrl: string): string {
  return new URL(cloneUrl).pathname.replace(/^\//, '').replace(/\.git$/, '');
}

/** The platform that a stack is, as its last update left it; undefined when there is none. */
export async function platformAt(stack: string): Promise<Platform | undefined> {
  const outputs = await outputsOf(stack);
  return outputs === undefined ? undefined : platformOf(outputs);
}
