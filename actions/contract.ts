import { z } from 'zod';
import { edgeActions } from './contract/edges';
import { engineActions } from './contract/engine';
import { platformActions } from './contract/platform';
import { releaseActions } from './contract/releases';

const table = { ...releaseActions, ...platformActions, ...engineActions, ...edgeActions };
type Table = typeof table;

/** A program of actions/: the name of its file, without ending. */
export type ActionName = keyof Table;
/** What a program gets on standard input. */
export type ActionInput<Name extends ActionName> = z.infer<Table[Name]['input']>;
/** What a program prints on standard output. */
export type ActionOutput<Name extends ActionName> = z.infer<Table[Name]['output']>;
/** The part of an input that its resource gives openly. */
export type OpenInput<Name extends ActionName> = z.infer<Table[Name]['open']>;
/** The part of an input that its resource gives as secrets. */
export type SecretInput<Name extends ActionName> = z.infer<Table[Name]['secret']>;

/** What goes into each program and what comes out of it, for whoever treats all alike. */
export const contract: {
  readonly [Name in ActionName]: { input: z.ZodType<ActionInput<Name>>; output: z.ZodType<ActionOutput<Name>> };
} = table;

/** Whether there is a program of this name. */
export function isAction(name: string): name is ActionName {
  return Object.hasOwn(contract, name);
}

/**
 * Reads a JSON text as what a schema describes. A value is handed on as it was written, with whatever another version has put into it
 * besides.
 * @returns the value, or what is wrong with it by field: `routes.0.port: expected number, received string`. No value is shown: it may be
 *   a secret
 */
export function readAs<T>(schema: z.ZodType<T>, text: string): { value: T } | { problem: string } {
  try {
    const value: unknown = JSON.parse(text);
    assertFits(schema, value);
    return { value };
  } catch (error) {
    return { problem: error instanceof z.ZodError ? error.issues.map(wordsOf).join('; ') : 'it is no JSON' };
  }
}

function assertFits<T>(schema: z.ZodType<T>, value: unknown): asserts value is T {
  schema.parse(value);
}

function wordsOf({ path, message }: z.core.$ZodIssue): string {
  return [...(path.length === 0 ? [] : [path.map(String).join('.')]), message.replace(/^Invalid input: /, '')].join(
    ': ',
  );
}
