import { parseArgs } from 'node:util';
import { sluice } from '../base/command';
import { UserError } from '../base/errors';
import type { Call, Verb } from './call';
import { didYouMean } from '../base/spelling';

/** What was asked for: a verb's options and words, or its help page. */
export type CommandLine = Pick<Call, 'options' | 'words'> | 'help';

/**
 * Reads what follows a verb.
 * @throws UserError for an unknown option, a missing value, or too few or too many words
 */
export function parseArguments(verb: Verb, args: readonly string[]): CommandLine {
  const again = sluice(verb.name, '--help');
  if (verb.verbatim === true) return { options: {}, words: args };
  const names = [...Object.keys(verb.options), 'help'];
  const { tokens } = parseArgs({
    args: [...args],
    options: { ...verb.options, help: { type: 'boolean', short: 'h' } },
    allowPositionals: true,
    strict: false,
    tokens: true,
  });
  const options: Record<string, string | boolean> = {};
  const words: string[] = [];
  for (const token of tokens) {
    if (token.kind === 'positional') words.push(token.value);
    if (token.kind !== 'option') continue;
    if (token.name === 'help') return 'help';
    const option = verb.options[token.name];
    if (option === undefined) {
      const hint = didYouMean(token.name, names, '--');
      throw new UserError(`${verb.name} has no option "${token.rawName}"${hint}`, again);
    }
    if (option.type === 'boolean' && token.value !== undefined) {
      throw new UserError(`option "--${token.name}" takes no value, but "${token.value}" was given`, again);
    }
    if (option.type === 'string' && token.value === undefined) {
      throw new UserError(`option "--${token.name}" needs a value`, again);
    }
    options[token.name] = token.value ?? true;
  }
  const { least, most } = verb.words ?? { least: 0, most: 0 };
  if (words.length < least) throw new UserError(`${verb.name} needs ${verb.usage}`, again);
  if (words.length > most) throw new UserError(`${verb.name} has no use for "${words[most]}"`, again);
  return { options, words };
}
