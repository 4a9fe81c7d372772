import { createHash, createPrivateKey, createPublicKey, hkdfSync, sign, verify, type KeyObject } from 'node:crypto';

/** Whose records count in a ledger, and who writes. */
export interface LedgerKeys {
  /** Signs what is written; absent where one may only read. */
  own?: SigningKey | undefined;
  /** Of those whose records count. A `rekey` record of one of them adds an older one. */
  trusted: readonly TrustedKey[];
}

/** Whoever writes trusts himself. */
export function trustedOf({ own: key, trusted }: LedgerKeys): TrustedKey[] {
  return key === undefined || trusted.some(({ id }) => id === key.id) ? [...trusted] : [key, ...trusted];
}

/** A key that signs. */
export interface SigningKey extends TrustedKey {
  /** @returns 64 bytes (Ed25519) */
  sign: (content: Buffer) => Buffer;
}

/** A key whose records count. */
export interface TrustedKey {
  /** {@link keyId} of it. */
  id: string;
  /** 32 bytes, base64. */
  publicKey: string;
  /** The last number whose record counts, once it is another's turn. @default all count */
  upTo?: number | undefined;
}

/** What stands before the 32 bytes in the containers of RFC 8410: PKCS #8 for a seed, SubjectPublicKeyInfo for a public key. */
const seedPrefix = Buffer.from('302e020100300506032b657004220420', 'hex');
const publicPrefix = Buffer.from('302a300506032b6570032100', 'hex');

/** The fewest characters of a secret: 43 letters and digits have the 256 bits of a key. */
const shortest = 43;

/**
 * The key of a secret text, the same each time. The text is the `result` of a RandomPassword of @pulumi/random: its id says nothing. The id of
 * a RandomBytes is the bytes themselves, and Pulumi keeps ids in plain text beside the ledger.
 * @param secret 43 random letters and digits or more; the base64 or hexadecimal digits of 32 random bytes do as well
 */
export function keyOf(secret: string): SigningKey {
  if (secret.length < shortest) throw new Error(`a ledger's key needs a secret of ${shortest} characters or more`);
  const seed = Buffer.from(hkdfSync('sha256', secret, '', 'sluice ledger key 1', 32));
  const key = createPrivateKey({ key: Buffer.concat([seedPrefix, seed]), format: 'der', type: 'pkcs8' });
  const publicKey = createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(-32).toString('base64');
  return { id: keyId(publicKey), publicKey, sign: (content) => sign(null, content, key) };
}

/** The first 16 hexadecimal digits of the SHA-256 of a public key. @param publicKey 32 bytes, base64 */
export function keyId(publicKey: string): string {
  return createHash('sha256').update(Buffer.from(publicKey, 'base64')).digest('hex').slice(0, 16);
}

const known = new Map<string, KeyObject>();

/** Whether a key has signed this. What is no key or no signature has signed nothing. @param signature base64, as Node writes it */
export function hasSigned(publicKey: string, content: Buffer, signature: string): boolean {
  const bytes = Buffer.from(signature, 'base64');
  const raw = Buffer.from(publicKey, 'base64');
  if (raw.length !== 32 || bytes.length !== 64 || bytes.toString('base64') !== signature) return false;
  const key =
    known.get(publicKey) ?? createPublicKey({ key: Buffer.concat([publicPrefix, raw]), format: 'der', type: 'spki' });
  known.set(publicKey, key);
  return verify(null, content, key, bytes);
}
