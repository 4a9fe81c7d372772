/** A secret of a run. */
export interface Secret {
  /** Where it comes from: `registry-push-password`. */
  name: string;
  value: string;
}

/**
 * The texts by which a secret would be known: as it is, in JSON, in an address, in hexadecimal, and in base64. Base64 by
 * what all texts share that have the secret anywhere in them (`user:secret` as well), which depends only on the position
 * of its first byte, modulo 3.
 * @returns text by the form's name
 */
export function formsOf(value: string): Map<string, string> {
  const hex = Buffer.from(value).toString('hex');
  const forms = new Map([
    ['plain', value],
    ['json', JSON.stringify(value).slice(1, -1)],
    ['url', encodeURIComponent(value)],
    ['hex', hex],
    ['HEX', hex.toUpperCase()],
  ]);
  for (const before of [0, 1, 2]) {
    const inside = insideBase64(value, before);
    forms.set(`base64 +${before}`, inside);
    forms.set(`base64url +${before}`, inside.replaceAll('+', '-').replaceAll('/', '_'));
  }
  return forms;
}

/** The characters of base64 that the secret alone decides when so many bytes, modulo 3, come before it. */
function insideBase64(value: string, before: number): string {
  const bytes = Buffer.concat([Buffer.alloc(before), Buffer.from(value)]);
  return bytes.toString('base64').slice(Math.ceil((before * 8) / 6), Math.floor((bytes.length * 8) / 6));
}
