import type { DeliveryStack, Outcome } from '../pulumi/stack';
import { hasProtected } from '../pulumi/state';

/**
 * Takes everything away that a stack's state knows. What Pulumi refuses to delete, like the key of ledgers, goes too: whoever takes a stack down
 * wants nothing of it kept. A run that was killed in between has taken the protection off already.
 */
export async function destroyAll(stack: Pick<DeliveryStack, 'export' | 'unprotect' | 'destroy'>): Promise<Outcome> {
  if (hasProtected(await stack.export())) {
    const outcome = await stack.unprotect();
    if (!outcome.ok) return outcome;
  }
  return stack.destroy();
}
