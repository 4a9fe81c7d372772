import { sluice } from '../base/command';
import { UserError } from '../base/errors';
import type { LedgerRecord } from '../releases/ledger';
import { isEnvironment, type EnvironmentFile, type StackFile } from '../config/stack';
import { readLedger } from '../targets/ledger';
import { ledgerOf, type LedgerAccess, type LedgerPlace } from '../targets/place';
import type { OwnOutputs } from '../stacks/own-outputs';
import { homeNow } from './machine-place';
import type { Note } from './note';
import { outputsOf } from './pulumi/outputs';
import { aSecond, untilThere } from './until-there';

/**
 * How the ledgers of a platform's environments are reached.
 * @throws UserError when it has not been brought up by this version yet
 */
export async function ledgerAccess(platform: string): Promise<LedgerAccess> {
  const access = await publishedAccess(platform);
  if (access !== undefined) return access;
  throw new UserError(`${platform} keeps no ledgers yet`, 'npm run up (it takes over those of an older version)', 1);
}

/**
 * The same for a pipeline, which may start before the platform's first update has ended and published it: it is waited for.
 * @param pause between two looks
 */
export async function ledgerAccessOnceThere(platform: string, note: Note, pause = aSecond): Promise<LedgerAccess> {
  const waiting = (): void => {
    note(`${platform} keeps no ledgers yet: waiting for the "up" that brings it up`);
  };
  // What has not come is missing as it is for everybody.
  return (await untilThere(() => publishedAccess(platform), waiting, pause)) ?? ledgerAccess(platform);
}

/** How its ledgers are reached, as far as a platform has said it. */
export async function publishedAccess(platform: string): Promise<LedgerAccess | undefined> {
  return ((await outputsOf(platform))?.['ledgers'] as LedgerAccess | null | undefined) ?? undefined;
}

/**
 * Where an environment's ledger is, and which end of it the environment's state knows: another end is refused.
 * @throws UserError when its platform has not been brought up by this version yet
 */
export async function ledgerPlace(file: EnvironmentFile, stacks: readonly StackFile[]): Promise<LedgerPlace> {
  const [place, outputs] = await Promise.all([ledgerPlaceAsFound(file, stacks), outputsOf(file.name)]);
  const head = (outputs as OwnOutputs | undefined)?.ledgerHead;
  return head === undefined || head === null ? place : { ...place, head };
}

/** The same, whatever its end is: for whoever saves it as it is, or removes it. */
export async function ledgerPlaceAsFound(file: EnvironmentFile, stacks: readonly StackFile[]): Promise<LedgerPlace> {
  return ledgerPlaceIn(await ledgerAccess(file.config.platform), file, stacks);
}

/** The same where it is known how the platform's ledgers are reached. */
export async function ledgerPlaceIn(
  access: LedgerAccess,
  file: EnvironmentFile,
  stacks: readonly StackFile[],
): Promise<LedgerPlace> {
  const machine = access.onMachines === true ? (await homeNow(file, stacks)).machine : undefined;
  return ledgerOf(access, file.name, machine);
}

/**
 * Whether an environment has deployed something of which its ledger knows nothing, and its state knows no record: what a version before this one has
 * kept was not taken over yet.
 * @param own what its stack has published
 */
export function isWithoutPast(own: OwnOutputs | undefined, records: readonly LedgerRecord[]): boolean {
  return (own?.deployed ?? null) !== null && (own?.ledgerHead ?? null) === null && records.length === 0;
}

/** Said where something is not removed because of such ledgers: it may be what these environments want to go back to. */
export function notOnRecord(environments: readonly string[]): UserError {
  const names = environments.join(' and ');
  return new UserError(`what ${names} has run before is not on record yet`, `${sluice('up')} ${names}`, 1);
}

/** Said of such a ledger. */
export const formerLedgerText = 'what a former version has kept is not shown yet; the next npm run up takes it over';

/** Where the chains of platforms are that say which stack files pipelines use; none of one that has no store, or was not brought up by this version. */
export async function platformLedgers(stacks: readonly StackFile[]): Promise<LedgerPlace[]> {
  const found = await Promise.all(
    stacks
      .filter((file) => !isEnvironment(file))
      .map(async ({ name }) => ({ name, access: await publishedAccess(name) })),
  );
  return found.flatMap(({ name, access }) =>
    access === undefined || access.onMachines === true ? [] : [ledgerOf(access, name, undefined)],
  );
}

/** What the ledgers of environments tell, each by itself. */
export function readLedgers(
  ledgers: readonly LedgerPlace[],
  read: (place: LedgerPlace) => Promise<LedgerRecord[]> = readLedger,
): Promise<LedgerRecord[][]> {
  return Promise.all(ledgers.map((ledger) => read(ledger)));
}
