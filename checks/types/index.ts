import type { z } from 'zod';
import type { CheckCode } from '../context';
import type { CheckRequest } from '../contract';
import { browser } from './browser';
import { command } from './command';
import { datadog } from './datadog';
import { http } from './http';
import { prometheus } from './prometheus';
import type { CheckType } from './type';

/** All types of check by the word that config has for them. A further one is a file beside this one, and a line here. */
const table = { browser, http, command, prometheus, datadog };

/** The types of check. */
export type CheckTypes = typeof table;
export type CheckTypeName = keyof CheckTypes;

/** A type for whoever treats all alike: a request has been held to its type's settings by then. */
export type AnyCheckType = Omit<CheckType, 'load'> & { load(): Promise<CheckCode<CheckRequest>> };

export const checkTypes = table as unknown as Readonly<Record<CheckTypeName, AnyCheckType>>;
export const checkTypeNames = Object.keys(table) as CheckTypeName[];

/** Holds settings to what goes together, where a type has a rule for that. */
export function withRule<Shape extends z.ZodObject>({ rule }: AnyCheckType, schema: Shape): Shape {
  if (rule === undefined) return schema;
  return schema.superRefine((settings, context) => {
    const problem = rule(settings);
    if (problem !== undefined) context.addIssue({ code: 'custom', message: problem });
  });
}

/** Of an environment's secrets those that a check of a type gets; undefined when it gets none. */
export function secretsFor(
  type: CheckTypeName,
  secrets: Readonly<Record<string, string>> = {},
): Record<string, string> | undefined {
  const names = checkTypes[type].secrets ?? [];
  return names.length === 0 ? undefined : Object.fromEntries(names.map((name) => [name, secrets[name] ?? '']));
}
