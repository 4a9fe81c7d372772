import { UserError } from './errors';

/** What is wrong with a line that {@link badLine} has found. */
export const notUtf8 = 'holds a byte that is no UTF-8';

/**
 * The first line, from 1, in which a byte is no UTF-8, or NUL; undefined of a text. Read as text all the same, such a file would be another
 * one: the byte would be replaced by U+FFFD.
 */
export function badLine(bytes: Buffer): number | undefined {
  for (let begin = 0, line = 1; begin <= bytes.length; line += 1) {
    const found = bytes.indexOf('\n', begin);
    const end = found === -1 ? bytes.length : found;
    const own = bytes.subarray(begin, end);
    if (own.includes(0) || !Buffer.from(own.toString('utf8')).equals(own)) return line;
    begin = end + 1;
  }
  return undefined;
}

/** @throws UserError for such a line of a file; none where it is undefined */
export function refuseBadLine(file: string, line: number | undefined): void {
  if (line !== undefined) throw new UserError(`${file}, line ${line}: it ${notUtf8}`, 'save that file as UTF-8');
}

/** The text of a file's bytes. @throws UserError for bytes that are none */
export function textOfBytes(bytes: Buffer, file: string): string {
  refuseBadLine(file, badLine(bytes));
  return bytes.toString('utf8');
}
