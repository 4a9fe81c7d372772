/**
 * What people type for a verb, as messages and pages show it.
 * @param words the verb, then its options and words
 */
export function sluice(...words: readonly string[]): string {
  return ['./sluice', ...words].join(' ');
}

/** Text as one word of a POSIX shell. */
export function quoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
