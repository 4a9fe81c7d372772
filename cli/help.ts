import { sluice } from '../base/command';
import type { Verb } from './call';

/** The page that `--help` of a verb prints. */
export function verbHelp(verb: Verb): string {
  const all: Verb['options'] = { ...verb.options, help: { type: 'boolean', short: 'h', help: 'show this' } };
  const options = Object.entries(all).map(([name, option]): [string, string] => [
    `${option.short === undefined ? '    ' : `-${option.short}, `}--${name}`,
    option.help,
  ]);
  return [
    sluice(verb.name, ...(verb.usage === '' ? [] : [verb.usage])),
    '',
    sentence(verb.summary),
    ...(verb.details ?? []),
    ...(verb.verbatim === true ? [] : ['', ...table(options)]),
  ].join('\n');
}

/** The list of verbs. */
export function overview(verbs: readonly Verb[]): string {
  const shown = verbs
    .filter((verb) => verb.internal !== true)
    .map((verb): [string, string] => [verb.name, verb.summary]);
  return [
    `${sluice('<verb>', '<options>')}, on Windows node sluice <verb> <options>; ${sluice('<verb>', '--help')} tells more`,
    '',
    ...table([...shown, ['test', 'all tests: unit, and the real pipeline end to end (--unit needs no engine)']]),
  ].join('\n');
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

/** Rows with the first column padded. */
export function table(rows: readonly (readonly [string, string])[], indent = '  '): string[] {
  const width = Math.max(0, ...rows.map(([first]) => first.length));
  return rows.map(([first, second]) => `${indent}${first.padEnd(width)}  ${second}`.trimEnd());
}
