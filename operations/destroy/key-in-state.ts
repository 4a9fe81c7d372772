import type { Deployment } from '@pulumi/pulumi/automation';
import { ledgerKeyName } from '../../releases/names';
import { exists, pulumi } from '../pulumi/outputs';
import { resourcesOf, type StateResource } from '../pulumi/state';

/** The resource that is the key of ledgers; undefined of a state that has none. */
export function ledgerKeyIn(state: Deployment): StateResource | undefined {
  return resourcesOf(state).find(
    ({ type, urn = '' }) =>
      type === 'random:index/randomPassword:RandomPassword' && urn.split('::').at(-1) === ledgerKeyName,
  );
}

/** The key of ledgers that a platform's state has, whatever it has published; undefined when it has none. */
export async function keyInState(stack: string): Promise<string | undefined> {
  if (!(await exists(stack))) return undefined;
  const text = await pulumi('stack', 'export', '--stack', stack, '--show-secrets');
  const key = ledgerKeyIn(JSON.parse(text) as Deployment);
  const { plaintext } = (key?.outputs?.['result'] ?? {}) as { plaintext?: string };
  return plaintext === undefined ? undefined : (JSON.parse(plaintext) as string);
}
