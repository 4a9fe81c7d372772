import { hider } from '../hide';

const HIDDEN = '(hidden)';

/** What makes an address one that lets somebody in: signatures of S3, Google Cloud Storage and Azure, and tokens. */
const SIGNED = /[?&](x-amz-signature|x-amz-credential|x-goog-signature|signature|sig|token|access_token|id_token)=/i;

/**
 * Takes out of a text what would let its reader in somewhere: known secrets in the spellings of {@link hider}, the query of a presigned
 * address, and the login in an address.
 * @param secrets whole values
 */
export function redactor(secrets: readonly string[]): (text: string) => string {
  const hide = hider(secrets);
  return (text) => hide.text(text).replace(/\b[a-z][a-z0-9+.-]*:\/\/[^\s"'<>]+/gi, withoutLogin);
}

function withoutLogin(address: string): string {
  const bare = address.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/?#@\s]*@/i, `$1${HIDDEN}@`);
  return SIGNED.test(bare) ? bare.replace(/\?.*$/, `?${HIDDEN}`) : bare;
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
