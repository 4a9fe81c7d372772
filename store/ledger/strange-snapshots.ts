import { visibleLine } from '../../base/visible';
import type { Store } from '../store';
import type { RekeyRecord } from './entry';
import type { Finding } from './finding';
import { keyId, type TrustedKey } from './keys';
import { snapshotFolder, snapshotNumberIn } from './names';
import { snapshotOf } from './snapshot';

/**
 * What lies among a chain's snapshots and is none of it: no key that is trusted, or was, has signed it, or it is of another chain. Nobody
 * believes it, so that it takes nothing from the records.
 * @param rekeys tell which keys were trusted before
 */
export async function strangeSnapshots(
  store: Store,
  environment: string,
  trusted: readonly TrustedKey[],
  rekeys: readonly RekeyRecord[],
): Promise<Finding[]> {
  const former = rekeys.map(({ publicKey }) => ({ id: keyId(publicKey), publicKey }));
  const keys = [...trusted, ...former];
  const strange: Finding[] = [];
  for (const name of await store.list(snapshotFolder(environment))) {
    if (snapshotNumberIn(environment, name) !== undefined) {
      const bytes = await store.read(name);
      // A newer one has taken its place meanwhile.
      if (bytes === undefined || (await snapshotOf(bytes, store, environment, keys)) !== undefined) continue;
    }
    const text = `${visibleLine(name)} is no snapshot of this ledger, and changes nothing: remove it from the store ${store.place}`;
    strange.push({ number: 0, kind: 'stray', text });
  }
  return strange;
}
