import { isEnvironment, type EnvironmentFile, type StackFile } from '../config/stack';
import { readStacks } from '../config/stacks';
import { whoIsAtWork } from '../pipelines/by';
import { untilFree as untilLeaseFree } from '../store/lease/free';
import { underLeases as underAll } from '../store/lease/hold';
import type { Lease } from '../store/lease/lease';
import type { LeasePlace, LeaseRequest } from '../store/lease/request';
import { ledgerOf, storeAccess, type LedgerAccess } from '../targets/place';
import { storeOf } from '../targets/store-of';
import { publishedAccess } from './ledger-place';
import { homeNow } from './machine-place';
import { lockPlace } from './locks/place';
import { untilUnlocked } from './locks/wait';
import type { Note } from './note';
import { isPlatform, storeNow } from './store-now';

/** The right to change a stack, as far as those use it who change one. */
export type StackLease = Pick<Lease, 'check' | 'lost' | 'pulumiLock' | 'notePulumiLock' | 'noteStarted'>;

/** Who wants a lease. */
export interface LeaseWish extends Pick<LeaseRequest, 'times' | 'machine'> {
  /** What he does, for people who wait for it: `./sluice up`. */
  what: string;
  note: Note;
}

/**
 * Does something under the lease of a stack, a platform's or an environment's, and waits for whoever has it, saying for whom.
 * @throws LeaseLost when it was lost meanwhile, and StoreTrouble when the store can't be asked
 */
export function underLease<T>(
  file: StackFile,
  wish: LeaseWish,
  work: (lease: StackLease) => Promise<T>,
  stacks: readonly StackFile[] = readStacks(),
): Promise<T> {
  return underLeases([file], wish, (leases) => work(leases(file.name)), stacks);
}

/** The same with several stacks at once. @param work gets what gives the lease of a stack, by its name */
export async function underLeases<T>(
  files: readonly StackFile[],
  wish: LeaseWish,
  work: (leases: (stack: string) => StackLease) => Promise<T>,
  stacks: readonly StackFile[] = readStacks(),
): Promise<T> {
  return underAll(await leasePlaces(files, stacks), requestOf(wish), (held) =>
    work((stack) => held.find(({ environment }) => environment === stack) ?? withoutStore),
  );
}

/** Waits until nobody has the lease of a stack, saying for whom, and does not take it. */
export async function untilFree(
  file: StackFile,
  wish: LeaseWish,
  stacks: readonly StackFile[] = readStacks(),
): Promise<void> {
  for (const place of await leasePlaces([file], stacks)) await untilLeaseFree(place, requestOf(wish));
}

/**
 * The same for who has no stack files of a platform. Before it has published where its store is, its lease may lie where its files say: Pulumi's own
 * lock of it is waited for as well then, where that can be seen.
 */
export async function untilPlatformFree(platform: string, wish: LeaseWish): Promise<void> {
  const published = await publishedAccess(platform);
  const { onMachines, ...access } = { key: '', ...(published ?? besideState()) };
  if (onMachines !== true) {
    await untilLeaseFree(
      { environment: platform, store: storeOf({ environment: platform, ...access }) },
      requestOf(wish),
    );
  }
  const place = published === undefined ? lockPlace(platform) : undefined;
  if (place !== undefined) await untilUnlocked({ stack: platform, place, noted: undefined, note: wish.note });
}

/** Where the leases of stacks lie; nothing for a platform that has no store: only what is on machines has one then. */
export async function leasePlaces(files: readonly StackFile[], stacks: readonly StackFile[]): Promise<LeasePlace[]> {
  const found = await Promise.all(
    files.map((file) => (isEnvironment(file) ? ofEnvironment(file, stacks) : ofPlatform(file))),
  );
  return found.flat();
}

/** A platform's is known from its config alone: it may never have been brought up. */
async function ofPlatform(file: StackFile): Promise<LeasePlace[]> {
  const { onMachines, ...access } = await accessIn([file], file.name);
  return onMachines === true ? [] : [{ environment: file.name, store: storeOf({ environment: file.name, ...access }) }];
}

/** An environment's is where its ledger is, so that whatever writes a record can look for both. */
async function ofEnvironment(file: EnvironmentFile, stacks: readonly StackFile[]): Promise<LeasePlace[]> {
  const { platform } = file.config;
  const published = await publishedAccess(platform);
  const access = { key: '', ...(published ?? (await accessIn(stacks, platform))) };
  const machine = access.onMachines === true ? (await homeNow(file, stacks)).machine : undefined;
  return [{ environment: file.name, store: storeOf(ledgerOf(access, file.name, machine)) }];
}

/** How a platform's store is reached, as far as is known before it is brought up. */
async function accessIn(stacks: readonly StackFile[], platform: string): Promise<Omit<LedgerAccess, 'key'>> {
  const file = stacks.filter(isPlatform).find(({ name }) => name === platform);
  return file === undefined ? besideState() : storeNow(file);
}

function besideState(): Omit<LedgerAccess, 'key'> {
  const config = { store: '', storeHostKey: '', sshPassword: '', sshPrivateKey: '' };
  return storeAccess(config, process.env['PULUMI_BACKEND_URL']);
}

/** `ann@laptop` is `ann` here: the record of a lease says itself on which machine it is. */
function requestOf(wish: LeaseWish): LeaseRequest {
  return { ...wish, by: whoIsAtWork().replace(/@[^@\s]*$/, '') };
}

/** Of a platform without a store: Pulumi's own lock is all that keeps runs apart there. */
const withoutStore: StackLease = {
  check: () => Promise.resolve(),
  lost: new AbortController().signal,
  pulumiLock: undefined,
  notePulumiLock: () => Promise.resolve(),
  noteStarted: () => Promise.resolve(),
};
