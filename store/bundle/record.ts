import { UserError } from '../../base/errors';
import { append } from '../ledger/append';
import type { BundleRecord } from '../ledger/entry';
import { examine } from '../ledger/examine';
import { describeFinding, type Finding } from '../ledger/finding';
import { sha256 } from '../ledger/hash';
import { trustedOf, type LedgerKeys } from '../ledger/keys';
import { entryName } from '../ledger/names';
import { readObjects } from '../ledger/objects';
import type { Store } from '../store';

/** `bundles/3f2a…` */
export function bundleName(hash: string): string {
  return `bundles/${hash}`;
}

/** A bundle that a record names, and the record. */
export interface RecordedBundle {
  record: BundleRecord;
  archive: Buffer;
}

/**
 * Records which bundle a platform's pipelines use from now on, in the platform's own chain. The bundle is there before its record is. One that
 * is on record already is not recorded again.
 * @param by who or what does it: `ann@laptop`
 * @returns whether a record was written
 * @throws UserError when something else lies under the bundle's name, and StoreTrouble when the store can't be written to
 */
export async function recordBundle(
  store: Store,
  platform: string,
  archive: Buffer,
  { keys, by, now = new Date() }: { keys: LedgerKeys; by: string; now?: Date },
): Promise<boolean> {
  const hash = sha256(archive);
  const name = bundleName(hash);
  if (!(await store.create(name, archive)) && (await store.read(name))?.equals(archive) !== true) {
    throw changed(store, name, 'remove it there and do it again; look who may write there');
  }
  let isWritten = false;
  const record: BundleRecord = { kind: 'bundle', at: now.toISOString(), by, sha256: hash };
  const build = async (): Promise<BundleRecord[]> => {
    const newest = await newestRecord(store, platform, keys);
    isWritten = newest.record?.sha256 !== hash || newest.after !== undefined;
    return isWritten ? [record] : [];
  };
  await append(store, platform, build, { keys });
  return isWritten;
}

/**
 * The bundle that a platform's pipelines use.
 * @returns undefined when none is on record
 * @throws UserError, by name, for a bundle that is missing or another one, and when the record that comes next can't be believed: it may have named another
 */
export async function readBundle(
  store: Store,
  platform: string,
  keys: LedgerKeys,
): Promise<RecordedBundle | undefined> {
  const { record, after } = await newestRecord(store, platform, keys);
  if (after !== undefined) {
    throw new UserError(
      `which stack files ${platform} deploys with can't be told: ${describeFinding(after)}`,
      `npm run up, which records them anew; look who may write ${entryName(platform, after.number)} in the store ${store.place}`,
      1,
    );
  }
  if (record === undefined) return undefined;
  const name = bundleName(record.sha256);
  const archive = await store.read(name);
  if (archive === undefined) {
    throw new UserError(
      `${name}, the stack files of ${platform}, is missing in the store ${store.place}: somebody has removed it`,
      'npm run up, which makes it anew',
      1,
    );
  }
  if (sha256(archive) !== record.sha256)
    throw changed(store, name, 'remove it there, then npm run up; look who may write there');
  return { record, archive };
}

function changed(store: Store, name: string, next: string): UserError {
  return new UserError(
    `${name} in the store ${store.place} is not what its name says: somebody has changed it`,
    next,
    1,
  );
}

/** The newest record that counts, and what comes next, without a gap, and does not. */
async function newestRecord(
  store: Store,
  platform: string,
  keys: LedgerKeys,
): Promise<{ record?: BundleRecord; after?: Finding }> {
  const { objects } = await readObjects(store, platform, 0);
  const { links } = examine(objects, platform, trustedOf(keys));
  const newest = links.findLastIndex((link) => 'entry' in link && link.entry.record.kind === 'bundle');
  const found = links[newest];
  // What lies behind a gap after the end is no part of the chain, and who could put it there could also have taken the end away: it proves nothing.
  const [after] = links.slice(newest + 1).flatMap((link) => ('finding' in link ? [link.finding] : []));
  return {
    ...(found !== undefined && 'entry' in found ? { record: found.entry.record as BundleRecord } : {}),
    ...(after === undefined ? {} : { after }),
  };
}
