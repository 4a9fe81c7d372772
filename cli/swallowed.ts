import * as fs from 'node:fs';
import * as path from 'node:path';
import { quoted, sluice } from '../base/command';
import { UserError } from '../base/errors';
import { projectRoot } from '../base/paths';
import type { Verb, VerbOption } from './call';

/** What npm tells of a command that it runs. */
export type NpmVariables = Readonly<Record<string, string | undefined>>;

/** An option of ours that npm has taken for one of its own. */
interface Swallowed {
  name: string;
  /** By which it reached us all the same: `npm_config_to`. */
  variable: string;
  /** Undefined: of an option that takes none, or npm has left its value among the words. */
  value?: string;
  takesValue: boolean;
}

/**
 * `npm run rollback production --to X`, with the `--` forgotten, is npm's own option `--to`: the verb would get the words `production X` or
 * `production`, and do something else. What npm has taken it hands on as `npm_config_<name>` (@npmcli/config, lib/set-envs.js); npm 11 also
 * takes `--to` for the beginning of its `--token-description`. There must be no option of which nothing reaches us, such as `--commit`, which
 * is the beginning of npm's `--commit-hooks`: the test of this file tries each with npm itself. All of it holds for npm 7 and newer.
 * @param all all verbs: an option of another one is as wrong here
 * @throws UserError with the line to type
 */
export function refuseSwallowed(
  verb: Verb,
  all: readonly Verb[],
  args: readonly string[],
  environment: NpmVariables = process.env,
): void {
  if (!isRunByNpm(verb, environment)) return;
  const eaten = swallowed(verb, all, environment);
  if (eaten.length === 0) return;
  const told = eaten.map(({ name, variable }) => `--${name} (${variable})`).join(' and ');
  throw new UserError(
    `npm has taken ${told} for an option of its own, because no "--" stood before it; nothing was done`,
    lineFor(verb, args, eaten),
  );
}

/** Whether this very verb is what npm runs, and not something that npm runs above it. pnpm and yarn hand all options on. */
function isRunByNpm(verb: Verb, environment: NpmVariables): boolean {
  const { npm_config_user_agent: agent = '', npm_lifecycle_event: event = '' } = environment;
  const file = environment['npm_package_json'];
  const isOurs = file === undefined || path.dirname(file) === projectRoot;
  return isOurs && agent.startsWith('npm/') && event.split(':')[0] === verb.name;
}

function swallowed(verb: Verb, all: readonly Verb[], environment: NpmVariables): Swallowed[] {
  const others = Object.assign({}, ...all.map(({ options }) => options)) as Verb['options'];
  const configured = fromFiles(environment);
  return Object.entries(environment).flatMap(([variable, text]) => {
    const key = /^npm_config_(.+)$/i.exec(variable)?.[1]?.toLowerCase().replaceAll('_', '-');
    if (key === undefined || text === undefined || configured.get(key) === text) return [];
    const found = find(key, verb.options) ?? Object.entries(others).find(([name]) => name === key);
    if (found === undefined) return [];
    const [name, { type }] = found;
    const takesValue = type === 'string';
    // A boolean that is off is nothing that a verb of ours is told.
    if (!takesValue && text === '') return [];
    const isBare = !takesValue || (key.length <= name.length && text === 'true');
    return [{ name, variable, takesValue, ...(isBare ? {} : { value: text }) }];
  });
}

/** npm's own options whose names are ours as well: what begins like them is npm's. */
const whole = new Set(['yes', 'json', 'all', 'long', 'diff']);

/** The option that a key of npm is: by its name, its letter, or as the beginning of the key. */
function find(key: string, options: Verb['options']): [string, VerbOption] | undefined {
  const entries = Object.entries(options);
  return (
    entries.find(([name, { short }]) => name === key || short === key) ??
    entries.find(([name]) => !whole.has(name) && key.startsWith(name))
  );
}

/** What npm's files say, by key, as npm hands it on: of these a person has typed nothing. */
function fromFiles(environment: NpmVariables): Map<string, string> {
  const { npm_config_userconfig: user, npm_config_globalconfig: everybodys } = environment;
  const files = [everybodys, user, path.join(projectRoot, '.npmrc')].filter((file) => file !== undefined);
  const lines = files.flatMap((file) => {
    try {
      return fs.readFileSync(file, 'utf8').split('\n');
    } catch {
      return [];
    }
  });
  return new Map(
    lines.flatMap((line) => {
      const [, key, value = 'true'] = /^\s*([\w-]+)\s*(?:=\s*(.*?)\s*)?$/.exec(line) ?? [];
      if (key === undefined) return [];
      return [[key.toLowerCase().replaceAll('_', '-'), /^(false|null)$/.test(value) ? '' : value]];
    }),
  );
}

/** The line by which the verb gets all that was typed. */
function lineFor(verb: Verb, args: readonly string[], eaten: readonly Swallowed[]): string {
  const { most } = verb.words ?? { most: verb.verbatim === true ? Infinity : 0 };
  const left = args.slice(most);
  const bare = eaten.filter(({ takesValue, value }) => takesValue && value === undefined);
  // npm keeps their order.
  const values = left.length === bare.length ? left : bare.map(({ name }) => name.toUpperCase());
  const words = left.length === bare.length ? args.slice(0, most) : args;
  const options = eaten.flatMap((each) => {
    if (!each.takesValue) return [`--${each.name}`];
    const value = each.value ?? values[bare.indexOf(each)] ?? '';
    return [`--${each.name}`, quoted(value)];
  });
  return sluice(verb.name, ...words.map(quoted), ...options);
}
