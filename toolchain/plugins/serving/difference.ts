import type { Difference } from './plugin';
import type { Property, Table } from './table';
import { holdsUnknown, isObject, UNKNOWN, type Plain, type PlainProperties } from './values';

/** What differs between a resource's state and the inputs wanted now, by the table's rules. */
export function differencesOf(table: Table, state: PlainProperties, inputs: PlainProperties): Difference[] {
  return Object.entries(table).flatMap(([name, property]) => {
    if (property.onChange === 'ignore') return [];
    const old = meant(property, state[name]);
    const wanted = meant(property, inputs[name]);
    if (same(property, old, wanted, inputs[name])) return [];
    const kind = state[name] === undefined ? 'add' : inputs[name] === undefined ? 'delete' : 'update';
    const sameNumber = Array.isArray(old) && Array.isArray(wanted) && old.length === wanted.length;
    const does = (sameNumber ? property.onMemberChange : undefined) ?? property.onChange;
    return [{ path: name, kind, replaces: does === 'replace' } satisfies Difference];
  });
}

function same(
  property: Property,
  old: Plain | undefined,
  wanted: Plain | undefined,
  given: Plain | undefined,
): boolean {
  if (given === undefined && (property.computed === true || property.keptWhenUnset === true)) return true;
  if (holdsUnknown(wanted)) return false;
  if (property.same !== undefined && old !== undefined && wanted !== undefined) return property.same(old, wanted);
  return canonical(property, old) === canonical(property, wanted);
}

/** A value, or undefined where it says no more than saying nothing would: "", 0, false, no members. */
export function meant(property: Property, value: Plain | undefined): Plain | undefined {
  if (value === '' && property.emptyCounts === true) return value;
  if (value === undefined || value === null || value === '' || value === 0 || value === false) return undefined;
  if (Array.isArray(value)) return value.length === 0 ? undefined : value;
  if (isObject(value)) return Object.keys(value).some((key) => !key.startsWith('__')) ? value : undefined;
  return value;
}

/** A text that is equal for values that mean the same. */
function canonical(property: Property, value: Plain | undefined): string {
  if (value === undefined) return '';
  if (Array.isArray(value)) {
    const members = value.map((member) => memberText(property.of, member));
    return JSON.stringify(property.type === 'set' ? members.sort() : members);
  }
  return memberText(property.type === 'object' ? property.of : undefined, value);
}

function memberText(of: Table | undefined, value: Plain): string {
  if (value === UNKNOWN) return 'unknown';
  if (!isObject(value)) return JSON.stringify(value);
  const names = Object.keys(of ?? value)
    .filter((name) => !name.startsWith('__'))
    .sort();
  return JSON.stringify(
    names.flatMap((name) => {
      const property: Property = of?.[name] ?? { type: 'any', onChange: 'update' };
      const member = meant(property, value[name] ?? property.default);
      return member === undefined ? [] : [[name, canonical(property, member)]];
    }),
  );
}

/**
 * State after an update that gives the resource these inputs: what the program says, what the engine chose before where the
 * program says nothing, and all outputs as they were.
 */
export function updatedState(table: Table, state: PlainProperties, inputs: PlainProperties): PlainProperties {
  const unsaid = Object.entries(table)
    .filter(([name]) => inputs[name] === undefined)
    .filter(([, property]) => property.computed !== true && property.keptWhenUnset !== true)
    .map(([name]) => name);
  const given = Object.keys(table).filter((name) => inputs[name] !== undefined);
  return {
    ...Object.fromEntries(Object.entries(state).filter(([name]) => !unsaid.includes(name))),
    ...Object.fromEntries(given.map((name) => [name, inputs[name] as Plain])),
  };
}

/** The inputs as they were, with what reality differs in; all that says something when there were none (an import). */
export function readInputs(table: Table, olds: PlainProperties, state: PlainProperties): PlainProperties {
  if (Object.keys(olds).length === 0) {
    return Object.fromEntries(
      Object.entries(table).flatMap(([name, property]) => {
        const value = meant(property, state[name]) ?? property.default;
        return value === undefined ? [] : [[name, value]];
      }),
    );
  }
  const drifted = new Set(differencesOf(table, state, olds).map(({ path }) => path));
  return Object.fromEntries(
    Object.entries(olds).map(([name, value]) => [name, drifted.has(name) ? (state[name] ?? value) : value]),
  );
}
