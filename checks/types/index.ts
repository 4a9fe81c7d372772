import type { z } from 'zod';
import type { CheckTypeName } from '../../releases/types';
import { browser } from './browser';
import { command } from './command';
import { datadog } from './datadog';
import { http } from './http';
import { prometheus } from './prometheus';
import type { CheckType } from './type';

/** All types of check by the word that config has for them. A further one is a file beside this one, and a line here. */
const table = { browser, http, command, prometheus, datadog } satisfies Record<CheckTypeName, unknown>;

/** The types of check. */
export type CheckTypes = typeof table;

/** All types, for whoever treats them alike: a request has been held to its type's settings by then. */
export const checkTypes: Readonly<Record<CheckTypeName, CheckType>> = table;
export const checkTypeNames = Object.keys(table) as CheckTypeName[];

/** Holds settings to what goes together, where a type has a rule for that. */
export function withRule<Shape extends z.ZodObject>(type: CheckType, schema: Shape): Shape {
  if (type.rule === undefined) return schema;
  return schema.superRefine((settings, context) => {
    const problem = type.rule?.(settings);
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
