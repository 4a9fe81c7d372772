import { nearest } from '../releases/nearest';

/** `; did you mean "X"?` for a mistyped word, or nothing when no known one is near. */
export function didYouMean(typed: string, known: readonly string[], prefix = ''): string {
  const word = known.find((each) => typed !== '' && each.startsWith(typed)) ?? nearest(typed, known);
  return word === undefined ? '' : `; did you mean "${prefix}${word}"?`;
}
