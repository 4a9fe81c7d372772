import type { OutputMap } from '@pulumi/pulumi/automation';
import type { Login, PlatformOutputs } from '../stacks/platform-outputs';

/** A platform's outputs with the logins that go with them. */
export interface Platform extends PlatformOutputs {
  registryLogin: Login;
  gitLogin: Login;
  droneLogin: { username: string; password?: string; token: string };
}

/** Reads what a platform's stack published; undefined before its first complete update. */
export function platformOf(outputs: OutputMap): Platform | undefined {
  const values = Object.fromEntries(Object.entries(outputs).map(([name, output]) => [name, output.value as unknown]));
  const complete = ['instance', 'registry', 'gitHost', 'drone', 'repositories', 'droneLogin', 'ledger'].every(
    (name) => values[name] !== undefined && values[name] !== null,
  );
  return complete ? (values as unknown as Platform) : undefined;
}

/** `owner/name` of a repository, from the address that it is cloned from. */
export function slugOf(cloneUrl: string): string {
  return new URL(cloneUrl).pathname.replace(/^\//, '').replace(/\.git$/, '');
}
