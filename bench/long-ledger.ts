import * as fs from 'node:fs';
import * as path from 'node:path';
import { sameCandidate, type LedgerRecord } from '../releases/ledger';
import type { Candidate } from '../releases/types';
import { FileStore } from '../store/kinds/file';
import { ChainReading } from '../store/ledger/chain';
import { signedEntry, type Head } from '../store/ledger/entry';
import { sha256 } from '../store/ledger/hash';
import type { SigningKey } from '../store/ledger/keys';
import { entryName } from '../store/ledger/names';
import { split, valueName } from '../store/ledger/values';

/**
 * Makes a ledger as long as that of a team that has delivered for years: after what is in it come so many deployments of other digests, each told
 * as its last one was, and then that last one anew. So the environment runs what it ran.
 * @param folder of a store that nobody uses meanwhile: objects are written without forcing them to the disk
 */
export async function lengthen(
  folder: string,
  environment: string,
  { own, count }: { own: SigningKey; count: number },
): Promise<void> {
  const reading = new ChainReading(new FileStore(folder), environment, { keys: { own, trusted: [own] } });
  const { records, head } = await reading.readOn();
  const last = lastDeployment(records);
  let end = head;
  for (let nth = 1; nth <= count; nth += 1) end = write(folder, environment, otherDeployment(last, nth), own, end);
  write(folder, environment, last, own, end);
  await reading.writeSnapshot(own);
}

/** What tells how the environment has come to what it runs: verdict, switch and cutover, as far as they are there. */
function lastDeployment(records: readonly LedgerRecord[]): LedgerRecord[] {
  const cutover = records.findLast(({ kind }) => kind === 'cutover');
  if (cutover === undefined) throw new Error('nothing was deployed yet');
  const of = (kind: LedgerRecord['kind']): LedgerRecord[] =>
    records.filter((record) => record.kind === kind && sameCandidate(record.candidate, cutover.candidate)).slice(-1);
  return [...of('verdict'), ...of('switch'), cutover];
}

/** The same of other digests: in candidates, in what upstream served and in the names of containers. */
function otherDeployment(records: readonly LedgerRecord[], nth: number): LedgerRecord[] {
  const candidate = records.at(-1)?.candidate ?? {};
  const other: Candidate = Object.fromEntries(
    Object.entries(candidate).map(([service, release]) => {
      const message = `${release.message ?? 'A change'} (${nth})`;
      return [service, { ...release, digest: `sha256:${sha256(`${service} ${nth}`)}`, message }];
    }),
  );
  const digests = Object.fromEntries(Object.entries(other).map(([service, { digest }]) => [service, digest]));
  return records.map((record) => {
    const changed = { ...record, candidate: other };
    if (changed.kind === 'verdict') return { ...changed, digests: { ...changed.digests, ...digests } };
    if (changed.kind !== 'switch' && changed.kind !== 'cutover') return changed;
    const releases = Object.entries(changed.releases ?? {}).map(([service, container]) => [
      service,
      `${container}-${nth}`,
    ]);
    return { ...changed, releases: Object.fromEntries(releases) as Record<string, string> };
  });
}

/** Writes records after an end. @returns the new one */
function write(
  folder: string,
  environment: string,
  records: readonly LedgerRecord[],
  own: SigningKey,
  start: Head,
): Head {
  let end = start;
  for (const whole of records) {
    const { record, values, contents } = split(whole);
    for (const [hash, content] of contents) make(path.join(folder, valueName(hash)), content);
    const number = end.number + 1;
    const bytes = signedEntry({ environment, number, previous: end.hash, values, record }, own);
    make(path.join(folder, entryName(environment, number)), bytes);
    end = { number, hash: sha256(bytes) };
  }
  return end;
}

function make(file: string, content: Buffer): void {
  fs.mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  if (!fs.existsSync(file)) fs.writeFileSync(file, content, { mode: 0o600 });
}
