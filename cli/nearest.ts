import { distance } from 'fastest-levenshtein';

/** The word of `known` that `typed` most probably means, or undefined when none is near (a third of its letters, at least 2). */
export function nearest(typed: string, known: readonly string[]): string | undefined {
  const limit = Math.max(2, Math.floor(typed.length / 3));
  let best: { word: string; far: number } | undefined;
  for (const word of known) {
    const far = word.startsWith(typed) && typed !== '' ? 0 : distance(typed, word);
    if (far <= limit && (best === undefined || far < best.far)) best = { word, far };
  }
  return best?.word;
}

/** ` Did you mean X?`, or nothing. */
export function didYouMean(typed: string, known: readonly string[], prefix = ''): string {
  const word = nearest(typed, known);
  return word === undefined ? '' : `; did you mean "${prefix}${word}"?`;
}
