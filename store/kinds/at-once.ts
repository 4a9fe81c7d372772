/**
 * Does something with each value, a few at a time.
 * @param width how many at a time
 * @returns what came of each, in the order of the values
 * @throws the first error; nothing more is begun then, and what has begun ends unheard
 */
export async function atOnce<T, R>(values: readonly T[], width: number, run: (value: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  const each = values.entries();
  let hasFailed = false;
  const worker = async (): Promise<void> => {
    for (const [index, value] of each) {
      if (hasFailed) return;
      try {
        results[index] = await run(value);
      } catch (error) {
        hasFailed = true;
        throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(width, values.length) }, worker));
  return results;
}
