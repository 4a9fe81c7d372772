import { keepInLedger, readEvidence, type EvidenceFile } from '../checks/container-evidence';
import { appendRecords, readLedger } from '../engine/ledger';
import { nameOfPlace, type LedgerPlace } from '../engine/place';
import { UserError } from '../errors';
import { isEnvironment, prefixOf, readStacks } from '../stacks/files';
import type { Call } from './call';
import type { FormerEngine } from './former-engines';
import { placeThere } from './machine-place';

/**
 * Has an environment that moves to another engine keep what its ledger knows: what it runs, what its gate has let through, what can be gone
 * back to. A ledger of it that lies there already gets what is newer. What can't be had is told, and keeps nothing from moving.
 * @param stack the environment's; nothing is done for a platform's
 */
export async function takeLedgerAlong(
  stack: string,
  former: readonly FormerEngine[],
  note: Call['note'],
): Promise<void> {
  if (former.length === 0) return;
  const stacks = readStacks();
  const file = stacks.filter(isEnvironment).find(({ name }) => name === stack);
  if (file === undefined) return;
  const here = `${prefixOf(stacks, file)}-ledger`;
  const there = await placeThere(file, stacks);
  for (const { host, machine } of former) {
    // The same one under another address has the ledger already, in the same account's home.
    if (machine !== undefined && machine.hostKey === there?.ssh.hostKey && machine.user === there.ssh.user) continue;
    // Both let the same key in. An environment that comes to this engine has none in its file any more.
    const from: LedgerPlace | undefined =
      host === undefined
        ? here
        : there === undefined || machine === undefined
          ? undefined
          : { ...there, ssh: { ...there.ssh, ...machine } };
    try {
      if (from === undefined) throw new UserError('there is no key for that machine', 'copy it by hand');
      const taken = await copyLedger(file.name, from, there ?? here);
      if (taken > 0) note(`${stack}: its ledger comes along (${taken} records)`);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      note(`${stack}: its ledger stays at ${from === undefined ? host : nameOfPlace(from)}: ${why}`);
    }
  }
}

/** @returns how many records were copied */
async function copyLedger(environment: string, from: LedgerPlace, to: LedgerPlace): Promise<number> {
  const of = async (place: LedgerPlace) =>
    (await readLedger(place)).filter((record) => record.environment === environment);
  const newest = (await of(to)).reduce((latest, { at }) => (at > latest ? at : latest), '');
  const records = (await of(from)).filter(({ at }) => at > newest);
  if (records.length === 0) return 0;
  // The records last, and all at once: they say that everything is there.
  const folders = records.flatMap((record) => ('evidence' in record && record.evidence ? [`${record.evidence}/`] : []));
  const isNamed = ({ name }: EvidenceFile): boolean =>
    folders.some((folder) => `${environment}/${name}`.startsWith(folder));
  const evidence = folders.length === 0 ? [] : (await readEvidence(from, environment)).filter(isNamed);
  if (evidence.length > 0) await keepInLedger(evidence, to, environment);
  await appendRecords(to, records);
  return records.length;
}
