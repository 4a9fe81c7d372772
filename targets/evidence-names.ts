import * as path from 'node:path';
import { isObjectName } from '../store/store';
import { sha256 } from '../store/ledger/hash';

/** Characters of the hash that tells one name that was too long from another. */
const hashCharacters = 12;

/** As much of an object's name as one part of it may have, see `isObjectName`. */
const longestPart = 200;

/**
 * The object of a file of evidence: what no object's name may have is written `_` with its bytes in hexadecimal digits, two each. A name that is
 * too long for an object keeps its beginning and its ending.
 * @param folder below `evidence/`: the run that it is of
 * @param name the file's, below that; '' for the folder itself
 */
export function evidenceName(folder: string, name = ''): string {
  const root = ['evidence', ...encodedParts(folder)].join('/');
  const whole = [root, ...encodedParts(name)].join('/');
  if (isObjectName(whole)) return whole;
  return `${root}/${shortened(name.replaceAll('/', '-'))}`;
}

/** The name of a file by that of its object; what somebody else has put there keeps its own. @param object from its run's folder on */
export function fileName(object: string): string {
  try {
    return decodeURIComponent(object.replace(/_([0-9a-f]{2})/g, '%$1'));
  } catch {
    return object;
  }
}

function encodedParts(name: string): string[] {
  return name
    .split('/')
    .filter((part) => part !== '')
    .map((part) => (encoded(part).length > longestPart ? shortened(part) : encoded(part)));
}

function encoded(part: string): string {
  return part.replace(/^\.|[^A-Za-z0-9.-]/gu, (character) =>
    [...Buffer.from(character)].map((byte) => `_${byte.toString(16).padStart(2, '0')}`).join(''),
  );
}

function shortened(part: string): string {
  const ending = path.posix.extname(part).slice(0, 8);
  const mark = `-${sha256(part).slice(0, hashCharacters)}`;
  const start = Array.from(part.slice(0, longestPart));
  while (encoded(`${start.join('')}${mark}${ending}`).length > longestPart) start.pop();
  return encoded(`${start.join('')}${mark}${ending}`);
}
