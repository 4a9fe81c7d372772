import type { Deployment } from '@pulumi/pulumi/automation';
import { ledgerKeyName } from '../../releases/names';
import { exists, pulumi } from '../pulumi/outputs';
import { resourcesOf } from '../pulumi/state';

/** The key of ledgers that a platform's state has, whatever it has published; undefined when it has none. */
export async function keyInState(stack: string): Promise<string | undefined> {
  if (!(await exists(stack))) return undefined;
  const text = await pulumi('stack', 'export', '--stack', stack, '--show-secrets');
  const key = resourcesOf(JSON.parse(text) as Deployment).find(
    ({ type, urn = '' }) =>
      type === 'random:index/randomPassword:RandomPassword' && urn.split('::').at(-1) === ledgerKeyName,
  );
  const { plaintext } = (key?.outputs?.['result'] ?? {}) as { plaintext?: string };
  return plaintext === undefined ? undefined : (JSON.parse(plaintext) as string);
}
