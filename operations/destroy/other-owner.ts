import { readObjects } from '../../store/ledger/objects';
import { ownerKey } from '../../store/owner';
import { readingOf } from '../../targets/ledger';
import type { LedgerPlace } from '../../targets/place';
import { storeOf } from '../../targets/store-of';

/**
 * Whether what a store has under a stack's name is another platform's: it says so, or nobody has claimed the name and no record is signed with this
 * platform's key. The latter is only so in a store that `sluice:store` names: beside the state a stack's name is there once.
 */
export async function isOfAnother(ledger: LedgerPlace): Promise<boolean> {
  const store = storeOf(ledger);
  const { own } = readingOf(ledger).keys;
  const owner = await ownerKey(store, ledger.environment);
  if (owner !== undefined) return owner !== own?.id;
  if (ledger.store === undefined) return false;
  const { objects } = await readObjects(store, ledger.environment, 0);
  return objects.length > 0 && !objects.some(({ signed }) => own && typeof signed === 'object' && signed.isBy(own));
}
