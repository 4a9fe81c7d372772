import { createHash } from 'node:crypto';
import type { PlainProperties } from './values';

/** The inputs' key that lists what the plugin, not the program, chose; the official plugins use it too. */
const DEFAULTS = '__defaults';

/**
 * Gives a resource without a name one: the one it has, or its logical name with seven hexadecimal digits.
 * @returns the inputs, with the choice noted in them
 */
export function withName(
  inputs: PlainProperties,
  olds: PlainProperties,
  logicalName: string,
  seed: Uint8Array,
): PlainProperties {
  if (inputs['name'] !== undefined && inputs['name'] !== null) return { [DEFAULTS]: [], ...inputs };
  const kept = isNamedByPlugin(olds) ? olds['name'] : undefined;
  const name =
    kept ?? `${logicalName}-${createHash('sha256').update(logicalName).update(seed).digest('hex').slice(0, 7)}`;
  return { ...inputs, name, [DEFAULTS]: ['name'] };
}

/** True when the plugin chose the name, so that an old and a new resource can exist side by side. */
export function isNamedByPlugin(inputs: PlainProperties): boolean {
  const defaults = inputs[DEFAULTS];
  return Array.isArray(defaults) && defaults.includes('name');
}
