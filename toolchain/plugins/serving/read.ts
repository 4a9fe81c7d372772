import { isObject, type Plain, type PlainProperties } from './values';

/** A checked property as text; numbers as their digits, anything else as `otherwise`. */
export function text(value: Plain | undefined, otherwise = ''): string {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' ? value : otherwise;
}

/** A checked property as a list of objects. */
export function objects(value: Plain | undefined): PlainProperties[] {
  return Array.isArray(value) ? value.filter((member) => isObject(member)) : [];
}

/** A checked property as a list of strings. */
export function strings(value: Plain | undefined): string[] {
  return Array.isArray(value) ? value.filter((member) => typeof member === 'string') : [];
}
