/**
 * Does something with each value, a few at a time.
 * @param width how many at a time
 * @returns what came of each, in the order of the values
 * @throws the first error; what has begun by then ends unheard
 */
export async function atOnce<T, R>(values: readonly T[], width: number, run: (value: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  const each = values.entries();
  const worker = async (): Promise<void> => {
    for (const [index, value] of each) results[index] = await run(value);
  };
  await Promise.all(Array.from({ length: Math.min(width, values.length) }, worker));
  return results;
}
