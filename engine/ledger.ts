import { formatRecord, parseLedger, type LedgerRecord } from '../releases/ledger';
import { UserError } from '../errors';
import { dockerExec } from './docker';

const file = '/ledger/ledger.jsonl';

/** Where check evidence lies inside the ledger's container. */
export const evidenceRoot = '/ledger/evidence';

/**
 * The ledger's records, oldest first. It lies in a volume of the platform and is reached through its container, so
 * that it is the same from a terminal, from a pipeline step and for a remote engine.
 * @throws UserError when the container does not run
 */
export async function readLedger(container: string): Promise<LedgerRecord[]> {
  const result = await dockerExec(container, ['sh', '-c', `test ! -e ${file} || cat ${file}`], { allowFailure: true });
  if (result.code !== 0) {
    throw new UserError(
      `the ledger can't be read: ${result.stderr.trim()}`,
      'npm run up (it starts the platform, which keeps the ledger)',
    );
  }
  return parseLedger(result.stdout);
}

/** Appends one record. One write to a file opened for appending, so two writers don't mix. */
export async function appendRecord(container: string, record: LedgerRecord): Promise<void> {
  await dockerExec(container, ['sh', '-c', `cat >> ${file}`], { input: formatRecord(record) });
}
