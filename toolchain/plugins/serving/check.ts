import type { Failure } from './plugin';
import type { Property, Table } from './table';
import { isObject, UNKNOWN, type Plain, type PlainProperties } from './values';

/**
 * What is wrong with these properties: unknown names, missing and wrong values, each with its path.
 * Unknown values (of a preview) are taken as right. A member that is null counts as not given.
 */
export function failuresOf(table: Table, properties: PlainProperties, prefix = ''): Failure[] {
  const failures: Failure[] = [];
  for (const [name, value] of Object.entries(properties)) {
    if (value === null || name.startsWith('__')) continue;
    const property = table[name];
    const path = prefix + name;
    if (property === undefined) failures.push({ property: path, reason: refusal(name, table) });
    else failures.push(...valueFailures(property, value, path));
  }
  for (const [name, property] of Object.entries(table)) {
    const given = properties[name] !== undefined && properties[name] !== null;
    if (property.required === true && !given && property.default === undefined) {
      failures.push({ property: prefix + name, reason: 'is required' });
    }
  }
  return failures;
}

// A longer list helps nobody.
const LISTED = 20;

function refusal(name: string, table: Table): string {
  const served = Object.keys(table);
  const list = served.length > LISTED ? '' : `; it serves ${served.join(', ')}`;
  return `"${name}" is not served by this plugin, which stands in for the official one${list}`;
}

function valueFailures(property: Property, value: Plain, path: string): Failure[] {
  if (value === UNKNOWN) return [];
  const wrong = (reason: string): Failure[] => [{ property: path, reason }];
  switch (property.type) {
    case 'string':
      if (typeof value !== 'string') return wrong(`should be a string, is ${kindOf(value)}`);
      if (property.pattern?.test(value) === false) return wrong(`"${value}" does not match ${property.pattern.source}`);
      return [];
    case 'integer':
    case 'number':
      if (typeof value !== 'number') return wrong(`should be a number, is ${kindOf(value)}`);
      if (property.type === 'integer' && !Number.isInteger(value))
        return wrong(`should be a whole number, is ${value}`);
      if (property.minimum !== undefined && value < property.minimum) {
        return wrong(`should be at least ${property.minimum}, is ${value}`);
      }
      return [];
    case 'boolean':
      return typeof value === 'boolean' ? [] : wrong(`should be true or false, is ${kindOf(value)}`);
    case 'list':
    case 'set':
      return Array.isArray(value)
        ? value.flatMap((member, index) => memberFailures(property.of, member, `${path}[${index}]`))
        : wrong(`should be a list, is ${kindOf(value)}`);
    case 'map':
      if (!isObject(value)) return wrong(`should be a map of strings, is ${kindOf(value)}`);
      return Object.entries(value).flatMap(([key, member]) => memberFailures(undefined, member, `${path}["${key}"]`));
    case 'object':
      return memberFailures(property.of ?? {}, value, path);
    case 'any':
      return [];
  }
}

function memberFailures(of: Table | undefined, member: Plain, path: string): Failure[] {
  if (member === UNKNOWN) return [];
  if (of === undefined) {
    return typeof member === 'string' ? [] : [{ property: path, reason: `should be a string, is ${kindOf(member)}` }];
  }
  return isObject(member)
    ? failuresOf(of, member, `${path}.`)
    : [{ property: path, reason: `should be an object, is ${kindOf(member)}` }];
}

function kindOf(value: Plain): string {
  if (value === null) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'an object' : `the ${typeof value} ${JSON.stringify(value)}`;
}

/** The properties with the table's defaults put in, in nested objects too; nulls are dropped. */
export function withDefaults(table: Table, properties: PlainProperties): PlainProperties {
  const completed: PlainProperties = {};
  for (const [name, value] of Object.entries(properties)) {
    if (value !== null) completed[name] = memberDefaults(table[name], value);
  }
  for (const [name, property] of Object.entries(table)) {
    if (completed[name] === undefined && property.default !== undefined) completed[name] = property.default;
  }
  return completed;
}

function memberDefaults(property: Property | undefined, value: Plain): Plain {
  const of = property?.of;
  if (of === undefined) return value;
  const complete = (member: Plain): Plain => (isObject(member) ? withDefaults(of, member) : member);
  return Array.isArray(value) ? value.map(complete) : complete(value);
}
