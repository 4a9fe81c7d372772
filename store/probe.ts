import { randomUUID } from 'node:crypto';
import { UserError } from '../base/errors';
import type { Store } from './store';

/** How many try to make the same object at a time. */
const writers = 4;

/**
 * That a store makes an object once: several try to make the same one at a time, then one more. Some servers of buckets ignore the header
 * that asks for it (`If-None-Match: *`), and overwrite in silence. It takes seven requests, and leaves nothing.
 * @throws UserError for a store in which a second object took the place of the first
 * @throws StoreTrouble when it can't be told
 */
export async function provesExclusive(store: Store): Promise<void> {
  const name = `probe/${randomUUID()}`;
  const content = (writer: number): Buffer => Buffer.from(`${name} ${writer}`);
  try {
    const made = await Promise.all(Array.from({ length: writers }, (_, writer) => store.create(name, content(writer))));
    const again = await store.create(name, content(writers));
    const found = await store.read(name);
    const first = made.indexOf(true);
    if (made.filter(Boolean).length === 1 && !again && found?.equals(content(first))) return;
  } finally {
    await store.remove(name).catch(() => undefined);
  }
  throw new UserError(
    `the store in ${store.place} lets a second object take the place of the first: its server ignores "If-None-Match: *", ` +
      'and records would be lost without a word',
    'use a server with conditional writes (AWS has them), or set sluice:store to another store',
  );
}
