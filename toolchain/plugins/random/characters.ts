import { randomInt } from 'node:crypto';

/** What a random text is made of. */
export interface Recipe {
  length: number;
  upper: boolean;
  lower: boolean;
  numeric: boolean;
  special: boolean;
  minUpper: number;
  minLower: number;
  minNumeric: number;
  minSpecial: number;
  /** Replaces the default special characters; "" keeps them. */
  overrideSpecial: string;
}

const NUMERIC = '0123456789';
const LOWER = 'abcdefghijklmnopqrstuvwxyz';
const UPPER = LOWER.toUpperCase();
const SPECIAL = '!@#$%&*()-_=+[]{}<>:?';

/**
 * A text of exactly `length` characters from the classes asked for, each class with its minimum, all in random order. A
 * class with a minimum appears that often even when it is not asked for, as with the official plugin.
 * @throws Error when no class is asked for, or the minimums exceed the length
 */
export function randomText(recipe: Recipe): string {
  const special = recipe.overrideSpecial === '' ? SPECIAL : recipe.overrideSpecial;
  const all =
    (recipe.upper ? UPPER : '') +
    (recipe.lower ? LOWER : '') +
    (recipe.numeric ? NUMERIC : '') +
    (recipe.special ? special : '');
  if (all === '') throw new Error('the character set specified is empty');
  const characters = [
    ...pick(NUMERIC, recipe.minNumeric),
    ...pick(LOWER, recipe.minLower),
    ...pick(UPPER, recipe.minUpper),
    ...pick(special, recipe.minSpecial),
  ];
  if (characters.length > recipe.length) throw new Error('the minimums of the classes exceed the length');
  characters.push(...pick(all, recipe.length - characters.length));
  return shuffled(characters).join('');
}

function pick(set: string, count: number): string[] {
  const characters = Array.from(set);
  return Array.from({ length: count }, () => characters[randomInt(characters.length)] ?? '');
}

function shuffled(characters: string[]): string[] {
  const result = [...characters];
  for (let last = result.length - 1; last > 0; last--) {
    const other = randomInt(last + 1);
    [result[last], result[other]] = [result[other] ?? '', result[last] ?? ''];
  }
  return result;
}
