import assert from 'node:assert/strict';
import { UserError } from '../../base/errors';
import { situations, type SituationName } from './table';

/** A text of the table as a pattern for all of a text: `…` stands for anything. */
function pattern(text: string): RegExp {
  const literal = text.split('…').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${literal.join('[^]*')}$`);
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
