/** How often it is looked, a second apart, for what an `up` that has just ended, or is about to end, puts somewhere. */
const looks = 60;

/** A second. */
export const aSecond = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 1000));

/**
 * Looks until something is there.
 * @param waiting says once that it is waited for
 * @param pause between two looks
 * @returns undefined when it has not come after a minute
 */
export async function untilThere<T>(
  look: () => Promise<T | undefined>,
  waiting: () => void,
  pause: () => Promise<void>,
): Promise<T | undefined> {
  for (let count = 1; count <= looks; count += 1) {
    const found = await look();
    if (found !== undefined) return found;
    if (count === 1) waiting();
    if (count < looks) await pause();
  }
  return undefined;
}
