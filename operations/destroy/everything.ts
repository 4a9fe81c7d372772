import type { DeliveryStack, Outcome } from '../pulumi/stack';
import { hasProtected } from '../pulumi/state';
import { ledgerKeyIn } from './key-in-state';

/**
 * Takes everything away that a stack's state knows, also what Pulumi refuses to delete: whoever takes a stack down wants nothing of it kept. The key
 * of ledgers alone stays until the state itself goes: nothing else tells whose the ledgers are, and a run that ends here is begun anew.
 */
export async function destroyAll(stack: Pick<DeliveryStack, 'export' | 'unprotect' | 'destroy'>): Promise<Outcome> {
  const state = await stack.export();
  if (hasProtected(state)) {
    const outcome = await stack.unprotect();
    if (!outcome.ok) return outcome;
  }
  const key = ledgerKeyIn(state)?.urn;
  return stack.destroy(key === undefined ? [] : [key]);
}
