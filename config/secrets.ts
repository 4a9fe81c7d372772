import { sluice } from '../base/command';
import { UserError } from '../base/errors';
import { setSecret } from './compose/granted';
import { variableOf } from './variables';

/** Keys whose values have to be encrypted. */
const secrets: readonly string[] = [
  'registryPassword',
  'datadogApiKey',
  'datadogAppKey',
  'sshPassword',
  'sshPrivateKey',
];

/**
 * @param value as it stands in the file: an encrypted one is no text, and `$NAME` only says where the secret is
 * @throws UserError for a secret that stands in a stack's file for everybody to read
 */
export function refusePlainSecret(file: string, key: string, value: unknown): void {
  if (!secrets.includes(key) || typeof value !== 'string' || value === '' || variableOf(value) !== undefined) return;
  throw new UserError(`${file}: sluice:${key} is in plain text`, setCommand(file, key));
}

/**
 * @param value of a key as it stands in the file: an encrypted one is no text
 * @throws UserError for a secret of `composeSecrets` that stands in a stack's file for everybody to read
 */
export function refusePlainSecrets(file: string, key: string, value: unknown): void {
  if (key !== 'composeSecrets' || typeof value !== 'object' || value === null) return;
  const plain = Object.entries(value).find(
    ([, each]) => typeof each === 'string' && each !== '' && variableOf(each) === undefined,
  );
  if (plain === undefined) return;
  throw new UserError(
    `${file}: sluice:composeSecrets.${plain[0]} is in plain text`,
    setSecret(file.split('.')[1] ?? '', plain[0]),
  );
}

/** What to type to set a secret; Pulumi asks for the value. */
export function setCommand(file: string, key: string): string {
  const stack = file.split('.')[1] ?? '';
  return `${sluice('pulumi')} config set --secret sluice:${key} -s ${stack}`;
}
