import { distance } from 'fastest-levenshtein';

/** The known word that a misspelt one most likely meant; undefined when none is near. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  const ranked = known
    .map((candidate) => ({ candidate, edits: distance(word.toLowerCase(), candidate.toLowerCase()) }))
    .sort((a, b) => a.edits - b.edits);
  const best = ranked[0];
  return best !== undefined && best.edits <= Math.max(2, Math.floor(word.length / 3)) ? best.candidate : undefined;
}

/** `; did you mean "X"?` for a mistyped word, or nothing when no known one is near. */
export function didYouMean(typed: string, known: readonly string[], prefix = ''): string {
  const word = known.find((each) => typed !== '' && each.startsWith(typed)) ?? nearest(typed, known);
  return word === undefined ? '' : `; did you mean "${prefix}${word}"?`;
}
