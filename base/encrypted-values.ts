/**
 * Whether a stack file's text has a value that Pulumi has encrypted with the passphrase, in either form of YAML: only the salt in that file opens it.
 * A setting or a comment of that name is none.
 */
export function hasEncryptedValues(yaml: string): boolean {
  return /^(?!\s*#)(.*[\s{,])?["']?secure["']?:\s*["']?v1:/m.test(yaml);
}
