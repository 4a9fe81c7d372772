/**
 * The value at a path like `discounts[0].code`; undefined when there is none. The empty path is the whole value.
 */
export function valueAt(json: unknown, path: string): unknown {
  const keys = [...path.matchAll(/\[(\d+)\]|[^.[\]]+/g)].map((match) => match[1] ?? match[0]);
  return keys.reduce<unknown>((value, key) => {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    return (value as Record<string, unknown>)[key];
  }, json);
}
