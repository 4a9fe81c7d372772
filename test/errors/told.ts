import assert from 'node:assert/strict';
import { UserError } from '../../base/errors';
import { situations, type SituationName } from './table';

/** A text of the table as a pattern: `…` stands for anything. */
function patternOf(text: string): string {
  const literal = text.split('…').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return literal.join('[^]*');
}

/** The same for all of a text. */
function pattern(text: string): RegExp {
  return new RegExp(`^${patternOf(text)}$`);
}

/**
 * Whether a verb ended as the table says: with its exit code, the message, and the next step after it, which is the only one. Other lines may
 * stand around, but none of an error that the program did not foresee.
 */
export function endedSo(name: SituationName, { code, all }: { code: number; all: string }): boolean {
  const { message, next, exit } = situations[name];
  if (code !== exit || (all.match(/^ *next: /gm) ?? []).length !== 1 || /^\s+at .*:\d+:\d+\)?$/m.test(all))
    return false;
  return new RegExp(`${patternOf(message)}[^]*\n *next: ${patternOf(next)}(\n|$)`).test(all);
}

/** Holds a message and its next step to the table. */
export function assertTold(name: SituationName, told: { message: string; next?: string }): void {
  const { message, next } = situations[name];
  assert.match(told.message, pattern(message));
  assert.match(told.next ?? '', pattern(next));
}

/** For assert.throws and assert.rejects: a UserError that tells what the table says; verbs and steps end with 2 after one. */
export function tells(name: SituationName): (error: unknown) => true {
  return (error) => {
    assert.ok(error instanceof UserError, String(error));
    assertTold(name, error);
    assert.equal(situations[name].exit, 2);
    return true;
  };
}

/** Holds all that a verb wrote on standard error to the table: one error and nothing else, or an update that failed. */
export function assertEnded(name: SituationName, { code, stderr }: { code: number; stderr: string }): void {
  assert.equal(code, situations[name].exit, stderr);
  const next = [...stderr.matchAll(/^ *next: (.*)$/gm)].map((match) => match[1] ?? '');
  assert.equal(next.length, 1, stderr);
  const message = stderr.slice(0, stderr.search(/^ *next: /m)).trim();
  // What was said on the way comes before the error.
  const error = /^error: /m.test(message)
    ? message.slice(message.search(/^error: /m)).replace(/^error: /, '')
    : message;
  assertTold(name, { message: error, next: next[0] });
  assert.doesNotMatch(stderr, /^\s+at .*:\d+:\d+\)?$/m, 'a stack trace');
}
