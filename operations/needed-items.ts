import { externalServerOf } from '../pipelines/kinds';
import type { StackFile } from '../config/stack';
import { readStacks } from '../config/stacks';

/** What a platform without a CI server, a git host and a registry of its own needs of the toolchain. */
const withoutServers = ['pulumi', 'plugins', 'edge', 'node', 'tools'];

/** Items of the toolchain that these stacks need; undefined for all of them. */
export function neededItems(stacks: readonly Pick<StackFile, 'config'>[]): string[] | undefined {
  const platforms = stacks.flatMap(({ config }) => (config.role === 'platform' ? [config] : []));
  return platforms.length > 0 && platforms.every(({ ci }) => externalServerOf(ci) !== undefined)
    ? withoutServers
    : undefined;
}

/** What these stacks put in front of official images; empty where none does, or does so by a variable that is not set here. */
export function neededMirror(stacks: readonly Pick<StackFile, 'config' | 'unset'>[]): string {
  const mirrors = stacks.flatMap(({ config, unset }) =>
    config.role === 'platform' && !unset.some(({ path }) => path[0] === 'imageMirror') ? [config.imageMirror] : [],
  );
  // config/rules/together.ts has refused two different ones.
  return mirrors.find((mirror) => mirror !== '') ?? '';
}

/** What this project needs of the toolchain. Stack files that are wrong are told by who needs them, and keep nobody from installing. */
export function neededHere(): { only?: string[]; imageMirror?: string } {
  try {
    const stacks = readStacks();
    return { only: neededItems(stacks), imageMirror: neededMirror(stacks) };
  } catch {
    return {};
  }
}
