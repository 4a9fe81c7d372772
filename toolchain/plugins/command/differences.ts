import type { Difference } from '../serving/plugin';
import { holdsUnknown, isObject, type Plain } from '../serving/values';

type Mismatch = Omit<Difference, 'replaces'>;

/** Where two values differ, down to the members of lists and objects. */
export function differences(path: string, old: Plain | undefined, wanted: Plain | undefined): Mismatch[] {
  const before = old ?? undefined;
  const after = wanted ?? undefined;
  if (before === undefined && after === undefined) return [];
  if (before === undefined) return [{ path, kind: 'add' }];
  if (after === undefined) return [{ path, kind: 'delete' }];
  if (Array.isArray(before) && Array.isArray(after)) {
    return Array.from({ length: Math.max(before.length, after.length) }).flatMap((_, index) =>
      differences(`${path}[${index}]`, before[index], after[index]),
    );
  }
  if (isObject(before) && isObject(after)) {
    return [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((key) =>
      differences(member(path, key), before[key], after[key]),
    );
  }
  const equal = !holdsUnknown(after) && JSON.stringify(before) === JSON.stringify(after);
  return equal ? [] : [{ path, kind: 'update' }];
}

function member(path: string, key: string): string {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(key) ? `${path}.${key}` : `${path}[${JSON.stringify(key)}]`;
}
