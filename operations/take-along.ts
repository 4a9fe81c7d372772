import { UserError } from '../base/errors';
import { isEnvironment, type StackFile } from '../config/stack';
import { readStacks } from '../config/stacks';
import { visibleLine } from '../base/visible';
import { importedFrom } from '../store/ledger/content';
import { copyLedger } from '../targets/copy-ledger';
import { describeFormer } from '../targets/former-ledger';
import { importLedger } from '../targets/import-ledger';
import { chainOf } from '../targets/ledger';
import { ledgerOf, type LedgerPlace, type MachinePlace } from '../targets/place';
import { storeOf } from '../targets/store-of';
import type { Note } from './note';
import type { FormerEngine } from './former-engines';
import { ledgerAccess } from './ledger-place';
import { homeNow } from './machine-place';

/**
 * Has an environment on another machine keep what its ledger knows: what a version before this one has left there is taken over, and where ledgers
 * lie on the machines themselves, it moves along with the environment. What can't be had of a place where it was before is told, and keeps nothing
 * from moving.
 * @param stack the environment's; nothing is done for a platform's
 * @throws UserError when what its own machine has can't be had: it may hold records all the same
 */
export async function takeLedgerAlong(
  stack: string,
  former: readonly FormerEngine[],
  note: Note,
  stacks: readonly StackFile[] = readStacks(),
): Promise<void> {
  const file = stacks.filter(isEnvironment).find(({ name }) => name === stack);
  if (file === undefined) return;
  const { machine } = await homeNow(file, stacks);
  if (!machine && former.length === 0) return;
  const access = await ledgerAccess(file.config.platform);
  const place = ledgerOf(access, file.name, machine);
  if (access.onMachines === true && machine)
    await takeFromHome({ ...ledgerOf(access, file.name, undefined), inHome: true }, place, note);
  const own = former.flatMap((engine) => ({ host: engine.host, machine: machineThere(engine, machine) }));
  for (const { host, machine: there } of [...own, { host: '', machine }]) {
    if (!there) {
      if (host !== '') note(`${stack}: its ledger stays at ${host}: its file has no key for that machine`);
      continue;
    }
    try {
      if (there !== machine && access.onMachines === true && !isSame(there, machine)) {
        const copied = await copyLedger(ledgerOf(access, file.name, there), place);
        if (copied > 0) note(`${stack}: its ledger comes along (${copied} records)`);
      }
      // Once: a ledger that was taken over says so. What of it was in the platform's container is not all.
      if ((await chainOf(place, { candidates: [] })).imports.includes(importedFrom(describeFormer(there).name)))
        continue;
      const [taken] = await importLedger(there, () => place, file.name);
      if (taken !== undefined) note(`${stack}: its ledger is in the store now`);
    } catch (error) {
      const said = visibleLine(error instanceof Error ? error.message : String(error));
      const told = `${stack}: its ledger stays at ${describeFormer(there).name}: ${said}`;
      // Where it is now: without it, what was refused or taken back would be let in, and what it says would come last once it is had.
      if (there === machine) throw error instanceof UserError ? error : new UserError(told, 'npm run up', 1);
      note(told);
    }
  }
}

/**
 * What the platform's former container had of an environment, where ledgers lie on the machines themselves: it waits in Sluice's home. It is older than what
 * its machine has, so it is the beginning of a ledger there, or stays.
 */
async function takeFromHome(waiting: LedgerPlace, place: LedgerPlace, note: Note): Promise<void> {
  const folder = `ledger/${place.environment}`;
  if ((await storeOf(waiting).list(folder)).length === 0) return;
  if ((await storeOf(place).list(folder)).length > 0) return;
  const copied = await copyLedger(waiting, place);
  note(`${place.environment}: its ledger comes along (${copied} records)`);
}

/** Where it was on another machine, reached with the login of now: both have to let the same key in. */
function machineThere({ machine }: FormerEngine, now: MachinePlace | undefined): MachinePlace | undefined {
  return machine && now && { ...now, ssh: { ...now.ssh, ...machine } };
}

/** Whether two places are one: a machine under another address has the ledger already, in the same account's home. */
function isSame(one: MachinePlace, other: MachinePlace | undefined): boolean {
  return one.ssh.hostKey === other?.ssh.hostKey && one.ssh.user === other.ssh.user;
}
