import type { EvidenceFile } from '../../targets/evidence-files';

/** Bytes of pictures that a page has within itself; further ones lie beside it. */
const MOST_BYTES = 8 * 1024 * 1024;

/** Kinds of picture by their first bytes, in hexadecimal. What a file's name says is the app's word; and an SVG is no picture but a program's text. */
const kinds: readonly [mime: string, start: RegExp][] = [
  ['image/png', /^89504e470d0a1a0a/],
  ['image/jpeg', /^ffd8ff/],
  ['image/gif', /^474946383[79]61/],
  ['image/webp', /^52494646.{8}57454250/],
];

/** What kind of picture a file is; undefined for what is none. */
export function pictureKind({ content }: EvidenceFile): string | undefined {
  const start = content.subarray(0, 16).toString('hex');
  return kinds.find(([, pattern]) => pattern.test(start))?.[0];
}

/**
 * The pictures that a page has within itself, by name, as addresses that hold them.
 * @param files in the order of their importance
 * @param most bytes of all of them together; one that is too large leaves room for those after it
 */
export function inlined(files: readonly EvidenceFile[], most = MOST_BYTES): ReadonlyMap<string, string> {
  const addresses = new Map<string, string>();
  let left = most;
  for (const file of files) {
    const mime = pictureKind(file);
    if (mime === undefined || addresses.has(file.name) || file.content.length > left) continue;
    left -= file.content.length;
    addresses.set(file.name, `data:${mime};base64,${file.content.toString('base64')}`);
  }
  return addresses;
}
