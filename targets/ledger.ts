import type { LedgerRecord } from '../releases/ledger';
import { formatRecord, parseLedger } from '../releases/ledger-text';
import { UserError } from '../base/errors';
import { dockerExec } from '../clients/docker/docker';
import type { LedgerPlace } from './place';
import { quoted, ssh } from '../clients/ssh/ssh';

const file = '/ledger/ledger.jsonl';

/**
 * The records of a text.
 * @throws UserError when there is a text and no record in it: what is damaged is not taken for empty
 */
function recordsIn(text: string, where: string, away: string): LedgerRecord[] {
  const records = parseLedger(text);
  if (records.length > 0 || text.trim() === '') return records;
  throw new UserError(
    `the ledger ${where} can't be read: nothing in it is a record`,
    `put its file back as it was; if it is lost, npm run up makes a new one of what runs, after: ${away}`,
    1,
  );
}

/**
 * The ledger's records, oldest first. It lies in a volume of the platform and is reached through its container, so
 * that it is the same from a terminal and from a pipeline step; that of an environment on another machine lies there.
 * @throws UserError when the container does not run, the machine can't be reached, or what is there is no ledger
 */
export async function readLedger(place: LedgerPlace): Promise<LedgerRecord[]> {
  if (typeof place !== 'string') {
    const [folder, own] = [quoted(`${place.folder}/.sluice`), quoted(`${place.folder}/.sluice/ledger.jsonl`)];
    // What may not be looked into is not empty.
    const result = await ssh(
      place.ssh,
      `test ! -e ${folder} || { ls ${folder} > /dev/null && { test ! -e ${own} || cat ${own}; }; }`,
    );
    if (result.code === 0) {
      return recordsIn(result.stdout, `on ${place.ssh.host}`, `mv ${own} ${own}.damaged (there)`);
    }
    throw new UserError(
      `the ledger on ${place.ssh.host} can't be read: ${result.stderr.trim()}`,
      `look at ${place.folder}/.sluice there: it belongs to the account that deploys`,
      1,
    );
  }
  const result = await dockerExec(place, ['sh', '-c', `test ! -e ${file} || cat ${file}`], { allowFailure: true });
  if (result.code !== 0) {
    throw new UserError(
      `the ledger can't be read: ${result.stderr.trim()}`,
      'npm run up (it starts the platform, which keeps the ledger)',
      1,
    );
  }
  return recordsIn(
    result.stdout,
    `in ${place}`,
    `docker exec ${place} sh -c 'mv ${file} ${file}.damaged && touch ${file}'`,
  );
}

/** Appends one record. */
export function appendRecord(place: LedgerPlace, record: LedgerRecord): Promise<void> {
  return appendRecords(place, [record]);
}

/** Appends records. One write to a file opened for appending, so two writers don't mix. */
export async function appendRecords(place: LedgerPlace, records: readonly LedgerRecord[]): Promise<void> {
  const input = records.map(formatRecord).join('');
  if (typeof place === 'string') {
    await dockerExec(place, ['sh', '-c', `cat >> ${file}`], { input });
    return;
  }
  const own = quoted(`${place.folder}/.sluice`);
  const result = await ssh(place.ssh, `umask 077 && mkdir -p ${own} && cat >> ${own}/ledger.jsonl`, { input });
  if (result.code !== 0) throw new Error(`the ledger on ${place.ssh.host} can't be written: ${result.stderr.trim()}`);
}
