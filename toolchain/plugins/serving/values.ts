/**
 * Property values as they travel between Pulumi's engine and a plugin, as plain JavaScript: a secret is a `Secret`, what
 * is not known yet in a preview is `UNKNOWN`, everything else is itself.
 */

const SECRET: unique symbol = Symbol('secret');

/** A value that is encrypted in state and hidden in logs. */
export interface Secret {
  readonly [SECRET]: Value;
}

/** Stands for a value that a preview cannot know. */
export const UNKNOWN: unique symbol = Symbol('unknown');

export type Value = null | boolean | number | string | typeof UNKNOWN | Secret | Value[] | Properties;

/** A resource's inputs or its state. */
export interface Properties {
  [name: string]: Value;
}

/** A tree without secrets' wrappers (unknowns may remain). */
export type Plain = null | boolean | number | string | typeof UNKNOWN | Plain[] | PlainProperties;
export interface PlainProperties {
  [name: string]: Plain;
}

// The wire format's marks, from Pulumi's protocol (sdk/proto, "property values").
const MARK = '4dabf18193072939515e22adb298388d';
const SECRET_MARK = '1b47061264138c4ac30d75fd1eb44270';
const OUTPUT_MARK = 'd0e6a833031e9bbcd3f4e8bde6ca49a4';
const UNKNOWN_STRING = '04da6b54-80e4-46f7-96ec-b56ff0331ba9';
const UNKNOWN_MARKS = new Set([
  UNKNOWN_STRING,
  '1c4a061d-8072-4f0a-a4cb-0ff528b18fe7', // boolean
  '3eeb2bf0-c639-47a8-9e75-3b44932eb421', // number
  '6a19a0b0-7e62-4c92-b797-7f8e31da9cc2', // array
  '030794c1-ac77-496b-92df-f27374a8bd58', // asset
  'e48ece36-62e2-4504-bad9-02848725956a', // archive
  'dd056dcd-154b-4c76-9bd3-c8f88648b5ff', // object
]);

/** True for anything with named members that is not one of the marks. */
export function isObject(value: Plain | undefined): value is PlainProperties {
  return hasMembers(value);
}

function isValueObject(value: Value | undefined): value is Properties {
  return hasMembers(value);
}

function hasMembers(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !isSecret(value);
}

/** Makes a value secret. */
export function secret(value: Value): Secret {
  return { [SECRET]: value };
}

/** True for a secret itself, not for what holds one. */
export function isSecret(value: unknown): value is Secret {
  return typeof value === 'object' && value !== null && SECRET in value;
}

/** Reads a value as the engine sends it. */
export function fromWire(wire: unknown): Value {
  if (typeof wire === 'string') return UNKNOWN_MARKS.has(wire) ? UNKNOWN : wire;
  if (wire === null || wire === undefined) return null;
  if (typeof wire === 'boolean' || typeof wire === 'number') return wire;
  if (Array.isArray(wire)) return wire.map(fromWire);
  const object = wire as Record<string, unknown>;
  switch (object[MARK]) {
    case SECRET_MARK:
      return secret(fromWire(object['value']));
    case OUTPUT_MARK: {
      const value = 'value' in object ? fromWire(object['value']) : UNKNOWN;
      return object['secret'] === true ? secret(value) : value;
    }
    default:
      return Object.fromEntries(Object.entries(object).map(([key, member]) => [key, fromWire(member)]));
  }
}

/** Writes a value as the engine reads it. Members without a value are left out. */
export function toWire(value: Value): unknown {
  if (value === UNKNOWN) return UNKNOWN_STRING;
  if (isSecret(value)) return { [MARK]: SECRET_MARK, value: toWire(value[SECRET]) };
  if (Array.isArray(value)) return value.map(toWire);
  if (!isValueObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, member]) => (member as Value | undefined) !== undefined)
      .map(([key, member]) => [key, toWire(member)]),
  );
}

/** The value without its secrets' wrappers. */
export function plain(value: Value): Plain {
  if (isSecret(value)) return plain(value[SECRET]);
  if (Array.isArray(value)) return value.map(plain);
  return isValueObject(value) ? plainProperties(value) : value;
}

/** `plain` for a whole set of properties. */
export function plainProperties(properties: Properties): PlainProperties {
  return Object.fromEntries(Object.entries(properties).map(([key, value]) => [key, plain(value)]));
}

/** True when a secret is anywhere inside. */
export function holdsSecret(value: Value | undefined): boolean {
  if (isSecret(value)) return true;
  if (Array.isArray(value)) return value.some(holdsSecret);
  return isValueObject(value) && Object.values(value).some(holdsSecret);
}

/** True when an unknown is anywhere inside. */
export function holdsUnknown(value: Plain | undefined): boolean {
  if (value === UNKNOWN) return true;
  if (Array.isArray(value)) return value.some(holdsUnknown);
  return isObject(value) && Object.values(value).some(holdsUnknown);
}

/**
 * Marks in `target` as secret what is secret in `source` under the same name: member by member where both are objects, as
 * a whole where a list holds a secret (its members may have moved).
 */
export function carrySecrets(source: Value | undefined, target: Plain): Value {
  if (isSecret(source)) return secret(target);
  if (isValueObject(source) && isObject(target)) {
    return Object.fromEntries(Object.entries(target).map(([key, member]) => [key, carrySecrets(source[key], member)]));
  }
  return holdsSecret(source) ? secret(target) : target;
}
