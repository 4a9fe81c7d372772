import { keepInLedger, readEvidence } from '../checks/container-evidence';
import { appendRecords, readLedger } from '../engine/ledger';
import { nameOfPlace, type LedgerPlace } from '../engine/place';
import { UserError } from '../errors';
import { isEnvironment, prefixOf, readStacks } from '../stacks/files';
import type { Call } from './call';
import type { FormerEngine } from './former-engines';
import { placeThere } from './machine-place';

/**
 * Has an environment that moves to another engine keep what its ledger knows: what it runs, what its gate has let through, what can be gone
 * back to. Where a ledger of it lies already, nothing is done. What can't be had is told, and keeps nothing from moving.
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

/** @returns how many records were copied; none when there is a ledger of the environment already */
async function copyLedger(environment: string, from: LedgerPlace, to: LedgerPlace): Promise<number> {
  const of = async (place: LedgerPlace) =>
    (await readLedger(place)).filter((record) => record.environment === environment);
  if ((await of(to)).length > 0) return 0;
  const records = await of(from);
  if (records.length === 0) return 0;
  // The records last, and all at once: they say that everything is there.
  const evidence = await readEvidence(from, environment);
  if (evidence.length > 0) await keepInLedger(evidence, to, environment);
  await appendRecords(to, records);
  return records.length;
}
