import { z } from 'zod';

/** A schema without what only says what happens when a value is missing, or what becomes of it. */
export function inner(schema: z.core.$ZodType): z.core.$ZodType {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault)
    return inner(schema.unwrap());
  return schema instanceof z.ZodPipe ? inner(schema.in) : schema;
}

/** How Pulumi hands out a value, whose text it always gives: as it stands, as a number, or as JSON (lists, mappings, true and false). */
export type Form = 'text' | 'number' | 'json';

/** In which form a schema's values come. */
export function formOf(schema: z.core.$ZodType): Form {
  const { type } = inner(schema)._zod.def;
  if (type === 'number') return 'number';
  return isText(schema) ? 'text' : 'json';
}

/** Texts, and alternatives that are all texts. */
function isText(schema: z.core.$ZodType): boolean {
  const within = inner(schema);
  if (within instanceof z.ZodUnion) return within.options.every(isText);
  return ['string', 'enum', 'literal'].includes(within._zod.def.type);
}
