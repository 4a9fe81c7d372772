const milliseconds: Readonly<Record<string, number>> = { us: 0.001, ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** Seconds of a duration as compose files write it, `1m30s`; undefined for anything else. */
export function secondsOf(text: string): number | undefined {
  if (/^0+$/.test(text)) return 0;
  if (!/^(\d+(\.\d+)?(us|ms|s|m|h))+$/.test(text)) return undefined;
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(us|ms|s|m|h)/g)];
  return parts.reduce((sum, [, number, unit = '']) => sum + Number(number) * (milliseconds[unit] ?? 0), 0) / 1000;
}

const powers: Readonly<Record<string, number>> = { b: 0, k: 1, kb: 1, m: 2, mb: 2, g: 3, gb: 3 };

/** MiB of a size as compose files write it, `512m`, `1.5gb`, bytes without a unit; undefined for anything else. */
export function mebibytesOf(text: string): number | undefined {
  const [, number, unit = 'b'] = /^(\d+(?:\.\d+)?)(b|k|kb|m|mb|g|gb)?$/i.exec(text) ?? [];
  const power = powers[unit.toLowerCase()];
  if (number === undefined || power === undefined) return undefined;
  return Math.ceil((Number(number) * 1024 ** power) / 1024 ** 2);
}

/**
 * Splits a command line into its words as a shell does: quotes and backslashes, nothing else.
 * @returns undefined when a quote is left open
 */
export function wordsOf(line: string): string[] | undefined {
  const words: string[] = [];
  let word: string | undefined;
  let quote = '';
  for (let index = 0; index < line.length; index++) {
    const character = line[index] ?? '';
    const escapes = character === '\\' && quote !== "'" && (quote === '' || /["\\$`]/.test(line[index + 1] ?? ''));
    if (escapes) word = (word ?? '') + (line[++index] ?? '');
    else if (quote !== '') {
      if (character === quote) quote = '';
      else word = (word ?? '') + character;
    } else if (character === '"' || character === "'") {
      quote = character;
      word ??= '';
    } else if (/\s/.test(character)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else word = (word ?? '') + character;
  }
  if (quote !== '') return undefined;
  return word === undefined ? words : [...words, word];
}
