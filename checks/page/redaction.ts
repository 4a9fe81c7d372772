import { visible } from '../../base/visible';
import { hider } from '../hide';

const HIDDEN = '(hidden)';

/**
 * The login in an address, up to the last `@` before its path. The scheme is not looked at: a colour or a digit may stand before it, and a
 * search for it would take forever on a long line. JSON may write `\/` for a slash.
 */
const LOGIN = /(:(?:\\?\/){2})[^/?#\s"<>]*@/g;

/**
 * What makes an address one that lets somebody in: signatures of S3 and its like, Google Cloud Storage and Azure, tokens and passwords. `&`
 * may be written as JSON, HTML or another address does.
 */
const SIGNED =
  /(?:[?&#;]|\\u0026|%(?:3f|26|23))(?:[\w-]*(?:signature|credential|token|secret|password)|sig|api_?key|(?:aws)?accesskeyid)(?:=|%3d)/i;

/**
 * Takes out of a text what would let its reader in somewhere: known secrets in the spellings of {@link hider}, the query of a presigned
 * address, and the login in an address. Colours go first: the page does not show them, and they could stand within.
 * @param secrets whole values
 */
export function redactor(secrets: readonly string[]): (text: string) => string {
  const hide = hider(secrets);
  return (text) =>
    hide
      .text(visible(hide.text(text)))
      .replace(LOGIN, `$1${HIDDEN}@`)
      .replace(/[^\s"'<>]+/g, withoutQuery);
}

/** A word without all that comes after its path, if that lets somebody in. A log may have no more of an address than path and query. */
function withoutQuery(word: string): string {
  return SIGNED.test(word) ? word.replace(/(\?|#|%3f).*$/i, `$1${HIDDEN}`) : word;
}

/** The same value with this done to all texts in it. Keys stay. */
export function inAllTexts<T>(value: T, change: (text: string) => string): T {
  if (typeof value === 'string') return change(value) as T;
  if (Array.isArray(value)) return value.map((each: unknown) => inAllTexts(each, change)) as T;
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [name, inAllTexts<unknown>(each, change)]),
  ) as T;
}
