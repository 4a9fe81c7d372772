import * as fs from 'node:fs';
import * as path from 'node:path';
import { parse } from 'yaml';
import { below, projectFile } from '../base/paths';
import { checkTypes } from '../checks/types';
import type { CheckTypeName } from '../releases/types';
import { filesOfCompose } from './compose';
import { isEnvironment, upstreamOf, type StackFile } from './stack';
import { variableOf, type Variables } from './variables';

/** Names of files, from the folder of the stack files on. */
interface NamedFiles {
  read: readonly string[];
  /** Of secrets: these stay where they are. */
  secret: readonly string[];
}

/** Names of the stacks that a platform's pipelines need: its own, and those that its environments promote from, with their platforms. */
export function stacksOfPlatform(platform: string, stacks: readonly StackFile[]): string[] {
  const names = new Set([platform]);
  const add = (stack: StackFile | undefined): void => {
    if (stack === undefined || names.has(stack.name)) return;
    names.add(stack.name);
    if (!isEnvironment(stack)) return;
    names.add(stack.config.platform);
    add(stacks.find(({ name }) => name === upstreamOf(stack)));
  };
  for (const stack of stacks) if (isEnvironment(stack) && stack.config.platform === platform) add(stack);
  return stacks.flatMap(({ name }) => (names.has(name) ? [name] : []));
}

/**
 * The files that stacks are made of: their own, and what these name, wherever it lies: scenarios of checks, compose files with all that they lead
 * to, an authority's certificates. No file of secrets is among them, and no folder that the platform builds: that is its own `up` alone to read.
 * What can't be read is left out; `up` tells of it.
 * @param root the folder of the stack files
 * @returns names from there on, in the order of their letters
 */
export function filesOfStacks(stacks: readonly string[], root: string, environment: Variables = process.env): string[] {
  const named = stacks.map((stack) => filesOfStack(stack, root, environment));
  const real = (name: string): string | undefined => below(name, root);
  const secret = new Set(named.flatMap((each) => each.secret).map(real));
  const isGiven = (name: string): boolean => {
    const whole = real(name);
    return (
      whole !== undefined && !secret.has(whole) && fs.statSync(whole, { throwIfNoEntry: false })?.isFile() === true
    );
  };
  return [...new Set(named.flatMap(({ read }) => read).map((name) => path.posix.normalize(name)))]
    .filter(isGiven)
    .sort();
}

function filesOfStack(stack: string, root: string, environment: Variables): NamedFiles {
  const own = `Pulumi.${stack}.yaml`;
  const values = valuesOf(fs.readFileSync(path.join(root, own), 'utf8'), environment);
  const { read, secret } = filesOfCompose(stack, values, root);
  const named = [...filesOfChecks(values['gate']), ...filesOfChecks(values['watch']), values['registryCa']];
  return { read: [own, ...read, ...named.filter(isFileName)], secret };
}

/** A stack file's values by key, without what keys begin with; none of a file that can't be read. */
function valuesOf(text: string, environment: Variables): Readonly<Record<string, unknown>> {
  try {
    const { config } = parse(text, { logLevel: 'silent' }) as { config?: Record<string, unknown> | null };
    const entries = Object.entries(config ?? {});
    return Object.fromEntries(
      entries.map(([key, value]) => [key.replace(/^sluice:/, ''), valueOf(value, environment)]),
    );
  } catch {
    return {};
  }
}

/** A value as the program reads it: what stands for an environment variable, and what is JSON, as `pulumi config set` writes it. */
function valueOf(value: unknown, environment: Variables): unknown {
  const text = environment[variableOf(value) ?? ''] ?? value;
  if (typeof text !== 'string' || !/^\s*[[{]/.test(text)) return text;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

/** What settings of checks name that are files, however deep they stand. */
function filesOfChecks(value: unknown): unknown[] {
  if (typeof value !== 'object' || value === null) return [];
  const settings = value as Readonly<Record<string, unknown>>;
  const type = String(settings['type']);
  const files = Object.hasOwn(checkTypes, type) ? (checkTypes[type as CheckTypeName].files ?? []) : [];
  return [...files.map((setting) => settings[setting]), ...Object.values(settings).flatMap(filesOfChecks)];
}

function isFileName(value: unknown): value is string {
  return typeof value === 'string' && projectFile.test(value);
}
