import { elsewhereOf } from '../pipelines/kinds';
import { readStacks, type StackFile } from '../stacks/files';

/** What a platform without a CI server, a git host and a registry of its own needs of the toolchain. */
const withoutServers = ['pulumi', 'plugins', 'edge', 'node', 'tools'];

/** Items of the toolchain that these stacks need; undefined for all of them. */
export function neededItems(stacks: readonly Pick<StackFile, 'config'>[]): string[] | undefined {
  const platforms = stacks.flatMap(({ config }) => (config.role === 'platform' ? [config] : []));
  return platforms.length > 0 && platforms.every(({ ci }) => elsewhereOf(ci) !== undefined)
    ? withoutServers
    : undefined;
}

/** The same of this project. Stack files that are wrong are told by who needs them, and keep nobody from installing. */
export function itemsHere(): string[] | undefined {
  try {
    return neededItems(readStacks());
  } catch {
    return undefined;
  }
}
