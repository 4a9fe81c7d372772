import { createHash } from 'node:crypto';
import type { LedgerRecord } from '../releases/ledger';
import { parseLedger } from '../releases/ledger-text';
import { canonicalJson } from '../releases/names';
import { append } from '../store/ledger/append';
import { quoted, ssh } from '../clients/ssh/ssh';
import { checkHandedDown } from './lease';
import { readingOf } from './ledger';
import type { LedgerPlace, MachinePlace } from './place';
import { storeOf } from './store-of';

/**
 * Takes into a project's ledger which of its deployments have failed: the machine notes that by itself, since whoever has asked may be gone by
 * then. Only that is taken, whatever else stands there.
 * @throws Error when the machine can't be reached, and LeaseLost when this run had the environment's lease and has it no longer
 */
export async function collectFailures({ ssh: host, folder }: MachinePlace, ledger: LedgerPlace): Promise<void> {
  const file = quoted(`${folder}/.sluice/failures.jsonl`);
  const { code, stdout, stderr } = await ssh(host, `test ! -e ${file} || cat ${file}`);
  if (code !== 0) throw new Error(`the failures in ${folder} on ${host.host} can't be read: ${stderr.trim()}`);
  if (stdout === '') return;
  const told = parseLedger(stdout).filter(
    ({ kind, environment }) => kind === 'unhealthy' && environment === ledger.environment,
  );
  await checkHandedDown(ledger);
  await append(storeOf(ledger), ledger.environment, ({ records }) => missingIn(records, told), readingOf(ledger));
  // What was noted in the meantime stays for the next time.
  const hash = createHash('sha256').update(stdout).digest('hex');
  await ssh(host, `[ "$(sha256sum < ${file})" != '${hash}  -' ] || rm ${file}`);
}

function missingIn(records: readonly LedgerRecord[], told: readonly LedgerRecord[]): LedgerRecord[] {
  const known = new Set(records.map(canonicalJson));
  const missing = told.filter((record) => !known.has(canonicalJson(record)));
  return [...new Map(missing.map((record) => [canonicalJson(record), record])).values()];
}
