import { withoutCodes } from '../base/codes';
import { inOwnWords, nextAfter } from './failures';
import type { Outcome } from './pulumi/stack';
import { nextLine } from '../base/errors';

const words: Readonly<Record<string, string>> = {
  create: 'created',
  update: 'updated',
  delete: 'deleted',
  replace: 'replaced',
  'create-replacement': 'created anew',
  'delete-replaced': 'former ones deleted',
};

/** `2 created, 1 deleted`, or `nothing changed`. */
export function describeChanges(changes: Outcome['changes']): string {
  const parts = Object.entries(changes).map(([operation, count]) => `${count} ${words[operation] ?? operation}`);
  return parts.length === 0 ? 'nothing changed' : parts.join(', ');
}

/**
 * What to tell of an operation that failed: each error, what to type next where that is known, then where everything is.
 * @param environment the one that was updated
 */
export function describeFailure(
  what: string,
  outcome: Pick<Outcome, 'errors' | 'next' | 'log'>,
  environment?: string,
): string[] {
  const { errors, next = nextAfter(errors, environment), log } = outcome;
  return [
    `${what} did not succeed`,
    ...errors.map((error) => indent(withoutCodes(inOwnWords(error)))),
    ...(next === undefined ? [] : [nextLine(next)]),
    `  everything that Pulumi said: ${log}`,
  ];
}

function indent(text: string): string {
  return text
    .split('\n')
    .map((line) => `  ${line}`)
    .join('\n');
}
