import type { CutoverRecord, ReleaseSet } from '../../releases/ledger';
import type { KnownHead } from '../../store/ledger/entry';
import { appendRecord } from '../../targets/ledger';
import { entryOf, type CutoverOfTarget } from './cutover-target';
import { keepPage } from './keep-page';

/**
 * Records that a watch has let a release stay, and keeps the page of what its checks have left.
 * @param o.watch what the watch saw; empty for nothing
 * @param o.evidence folder below the ledger's `evidence/`; on record only if the watch has checks, which alone leave something there
 * @returns where the ledger ends with it
 */
export async function recordStay(
  input: CutoverOfTarget,
  releases: ReleaseSet,
  o: { watch: string; evidence: string; seconds: number },
): Promise<KnownHead> {
  const record: CutoverRecord = {
    kind: 'cutover',
    ...entryOf(input, releases),
    ...(o.watch === '' ? {} : { watch: o.watch }),
    ...(input.watch.checks.length === 0 ? {} : { evidence: o.evidence }),
    seconds: o.seconds,
  };
  const head = await appendRecord(input.ledger, record);
  await keepPage(input, record);
  return head;
}
