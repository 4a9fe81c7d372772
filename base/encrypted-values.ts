/** Whether a stack file's text has a value that Pulumi has encrypted, in either form of YAML: only the salt in that file opens it. */
export function hasEncryptedValues(yaml: string): boolean {
  return /(^|[\s{,])["']?secure["']?:/m.test(yaml);
}
