import * as fs from 'node:fs';
import * as path from 'node:path';
import { parseOpenConfig } from '.';
import { refuseUnset, type Variables } from './variables';
import { UserError } from '../base/errors';
import { configRoot, projectRoot } from '../base/paths';
import type { CiName } from '../pipelines/kinds';
import { didYouMean } from '../base/spelling';
import { textOfBytes } from '../base/utf8';
import { withFullNames } from './approvers';
import { configDefaults, configValues } from './stack-file';
import { refuseNoStore } from './rules/store';
import { refuseContradictions } from './rules/together';
import { isEnvironment, upstreamOf, type EnvironmentFile, type StackFile } from './stack';

/**
 * Reads every stack file of the project, in the order in which stacks are brought up. Who needs all values of some of them, asks
 * {@link refuseUnsetVariables}: a variable of the CI that is not set here keeps nobody from looking, or from taking down.
 * @throws UserError for config that is wrong, before anything is changed
 */
export function readStacks(folder = configRoot()): StackFile[] {
  const read = (file: string, from = folder): string => textOfBytes(fs.readFileSync(path.join(from, file)), file);
  const files = Object.fromEntries(stackNames(folder).map((name) => [name, read(`Pulumi.${name}.yaml`)]));
  // The keys and their defaults are the program's, wherever its stack files are.
  return parseStacks(read('Pulumi.yaml', projectRoot), files);
}

/** The stacks that a folder has files of. */
export function stackNames(folder: string): string[] {
  return fs.readdirSync(folder).flatMap((file) => /^Pulumi\.([A-Za-z0-9_-]+)\.yaml$/.exec(file)?.[1] ?? []);
}

/**
 * Checks all stacks, each for itself and all together.
 * @param project text of Pulumi.yaml
 * @param files text of each stack's file, by the stack's name
 */
export function parseStacks(
  project: string,
  files: Readonly<Record<string, string>>,
  environment: Variables = process.env,
): StackFile[] {
  const defaults = configDefaults(project);
  const stacks = Object.entries(files).map(([name, text]) => ({
    name,
    ...parseOpenConfig(name, { ...defaults, ...configValues(text, `Pulumi.${name}.yaml`) }, environment),
  }));
  const ordered = inOrder(stacks);
  refuseContradictions(ordered);
  refuseNoStore(ordered, environment);
  return ordered.map((stack) =>
    isEnvironment(stack) ? { ...stack, config: withFullNames(stack.config, ciOf(stack, ordered)) } : stack,
  );
}

/**
 * For who is about to use everything that these stacks' files say, or everything under one key.
 * @throws UserError for a variable that is not set
 */
export function refuseUnsetVariables(stacks: readonly StackFile[], key?: string): void {
  for (const { name, unset } of stacks) {
    refuseUnset(
      `Pulumi.${name}.yaml`,
      unset.filter(({ path }) => key === undefined || path[0] === key),
    );
  }
}

/**
 * Platforms first, then each environment after the one that it promotes from; otherwise by name.
 * @throws UserError for an environment that promotes from one that is not there, or round in a circle
 */
export function inOrder(stacks: readonly StackFile[]): StackFile[] {
  const sorted = [...stacks].sort((a, b) => (a.name < b.name ? -1 : 1));
  const names = sorted.map((stack) => stack.name);
  const done: StackFile[] = [];
  const visit = (stack: StackFile, below: readonly string[]): void => {
    if (done.includes(stack)) return;
    if (below.includes(stack.name)) {
      throw new UserError(
        `environments promote from each other in a circle: ${[...below, stack.name].join(' ← ')}`,
        `correct sluice:promotesFrom in Pulumi.${stack.name}.yaml`,
      );
    }
    const from = upstreamOf(stack);
    if (from !== undefined) {
      const upstream = sorted.find((each) => each.name === from);
      if (upstream === undefined) {
        throw new UserError(
          `Pulumi.${stack.name}.yaml: sluice:promotesFrom names "${from}", but there is no Pulumi.${from}.yaml${didYouMean(from, names)}`,
          `correct it, or write Pulumi.${from}.yaml`,
        );
      }
      if (upstream.config.role === 'platform') {
        const others = names.filter((name) => name !== stack.name && name !== from);
        throw new UserError(
          `Pulumi.${stack.name}.yaml: sluice:promotesFrom names "${from}", which is a platform and no environment`,
          `name an environment in Pulumi.${stack.name}.yaml: ${others.join(', ')}`,
        );
      }
      visit(upstream, [...below, stack.name]);
    }
    done.push(stack);
  };
  for (const stack of sorted.filter((each) => each.config.role === 'platform')) visit(stack, []);
  for (const stack of sorted) visit(stack, []);
  return done;
}

/**
 * The stacks that were named, in the stacks' own order; all of them when none was.
 * @throws UserError for a name that no stack has
 */
export function named<T extends StackFile>(stacks: readonly T[], words: readonly string[]): T[] {
  const names = stacks.map((stack) => stack.name);
  for (const word of words) {
    if (names.includes(word)) continue;
    throw new UserError(`there is no "${word}" here${didYouMean(word, names)}`, `one of: ${names.join(', ')}`);
  }
  return words.length === 0 ? [...stacks] : stacks.filter((stack) => words.includes(stack.name));
}

/** The kind of the CI server of an environment's platform; undefined without such a platform. */
export function ciOf({ config }: Pick<EnvironmentFile, 'config'>, stacks: readonly StackFile[]): CiName | undefined {
  const platform = stacks.find(({ name }) => name === config.platform)?.config;
  return platform?.role === 'platform' ? platform.ci : undefined;
}

/** The name prefix of the platform that a stack is, or belongs to. */
export function prefixOf(stacks: readonly StackFile[], stack: StackFile): string {
  const { config } = stack;
  if (config.role === 'platform') return config.prefix;
  const platform = stacks.find((each) => each.name === config.platform)?.config;
  if (platform?.role === 'platform') return platform.prefix;
  throw new UserError(
    `Pulumi.${stack.name}.yaml: sluice:platform names "${config.platform}", which is no platform here`,
    `correct it, or write Pulumi.${config.platform}.yaml`,
  );
}
