import type { Login } from '../clients/http';
import type { RegistryLogins } from '../components/registries';
import type { PlatformOutputs } from '../stacks/platform-outputs';
import { externalServerOf, type CiName } from '../pipelines/kinds';
import { readStacks } from '../config/stacks';
import { withRunRegistry } from '../stacks/run-registry';
import { sluice } from '../base/command';
import { outputsOf, type Outputs } from './pulumi/outputs';

/** A platform's outputs with the logins that go with them. */
export interface Platform extends PlatformOutputs {
  registryLogins: RegistryLogins;
  gitLogin: Login | null;
  droneLogin: { username: string; password?: string; token: string } | null;
}

/** A platform whose CI server and git host are its own. */
export type PlatformWithServers = Platform & {
  network: string;
  repositories: Record<string, { cloneUrl: string; webUrl: string }>;
} & { [Part in 'gitHost' | 'gitLogin' | 'drone' | 'droneLogin']: NonNullable<Platform[Part]> };

/** Whether a platform's CI server and git host are its own, and not elsewhere. */
export function hasServers(platform: Platform): platform is PlatformWithServers {
  return platform.gitHost !== null && platform.drone !== null;
}

/** Said in place of an address of theirs. */
export const elsewhereText = `elsewhere, with the repositories; ${sluice('pipeline')} REPOSITORY prints what belongs there`;

/** What every platform has published once it is complete, and what one with a CI server and git host of its own has besides. */
const always = ['instance', 'registry', 'repositories'];
const withServers = ['gitHost', 'drone', 'droneLogin'];

/** Reads what a platform's stack published; undefined before its first complete update. */
export function platformOf(outputs: Outputs): Platform | undefined {
  const needed =
    externalServerOf(outputs['ci'] as CiName | undefined) === undefined ? [...always, ...withServers] : always;
  if (needed.some((name) => outputs[name] === undefined || outputs[name] === null)) return undefined;
  const nothing = { network: null, gitHost: null, gitLogin: null, drone: null, droneLogin: null };
  return { ...nothing, ...outputs } as unknown as Platform;
}

/** `owner/name` of a repository, from the address that it is cloned from. */
export function slugOf(cloneUrl: string): string {
  return new URL(cloneUrl).pathname.replace(/^\//, '').replace(/\.git$/, '');
}

/** The platform that a stack is, as its last update left it; undefined when there is none. */
export async function platformAt(stack: string): Promise<Platform | undefined> {
  const outputs = await outputsOf(stack);
  const platform = outputs === undefined ? undefined : platformOf(outputs);
  if (platform === undefined || hasServers(platform)) return platform;
  return withRunRegistry(
    platform,
    readStacks().find(({ name }) => name === stack),
  );
}
