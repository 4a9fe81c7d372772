import { evidenceCommand, noLongerKept } from '../releases/evidence';
import type { Event } from '../releases/history';
import { shortDigest } from '../releases/names';
import { merged } from '../releases/merged';
import { isEnvironment, type EnvironmentFile, type StackFile } from '../config/stack';
import { named, readStacks } from '../config/stacks';
import { acceptLostRecords, acceptOption, refuseWithoutEnvironment } from './accept-lost-records';
import type { Call } from './call';
import { lastEvents } from '../operations/last-events';
import { formerLedgerText, isWithoutPast, ledgerPlace, platformLedgers } from '../operations/ledger-place';
import { homeNow } from '../operations/machine-place';
import { prepare } from '../operations/prepare';
import { outputsOf } from '../operations/pulumi/outputs';
import { isUntouched } from '../operations/untouched';
import { sluice } from '../base/command';
import { nextLine } from '../base/errors';
import { describeFinding, type Finding } from '../store/ledger/finding';
import { storedEvidence } from '../targets/evidence-runs';
import { lastRecords } from '../targets/ledger';
import type { LedgerPlace } from '../targets/place';
import { verifyLedgers } from './verify-ledgers';

/** Events that are shown unless all are asked for. */
const usualCount = 20;

/**
 * Shows what the ledger knows, newest first: who or what, when, from, to, why, how long; or whether it is sound. Or has it go on without records
 * that are lost.
 */
export async function run(call: Call): Promise<number> {
  const stacks = readStacks();
  const [file] = call.words.length === 0 ? [] : named(stacks.filter(isEnvironment), call.words);
  const accepts = call.options[acceptOption] === true;
  if (accepts) refuseWithoutEnvironment(file);
  if (isUntouched()) return show([], new Set(), true, call);
  await prepare(call);
  if (accepts && file !== undefined) return acceptLostRecords(file, await ledgerPlace(file, stacks), call);
  const files = file === undefined ? stacks.filter(isEnvironment) : [file];
  const ledgers = await Promise.all(files.map((each) => ledgerPlace(each, stacks)));
  if (call.options['verify'] === true) {
    const platforms = file === undefined ? await platformLedgers(stacks) : [];
    return verifyLedgers([...ledgers, ...platforms], call);
  }
  const wanted = call.options['all'] === true ? Infinity : usualCount;
  const last = await Promise.all(
    ledgers.map((ledger) => lastEvents((count) => lastRecords(ledger, count), ledger.environment, wanted)),
  );
  for (const [index, { events }] of last.entries()) {
    const each = files[index];
    if (each !== undefined && events.length === 0 && (await hasFormerLedger(each, stacks)))
      call.note(`${each.name}: ${formerLedgerText}`);
  }
  for (const [index, { findings }] of last.entries()) tellFindings(ledgers[index]?.environment ?? '', findings, call);
  const events = merged(last.map((each) => each.events)).reverse();
  const shown = call.options['all'] === true ? events : events.slice(0, usualCount);
  const isAll = shown.length === events.length && last.every((each) => each.isAll);
  return show(shown, await keptOf(shown, ledgers), isAll, call);
}

/** The evidence of these events that is still there: its folders. */
async function keptOf(events: readonly Event[], ledgers: readonly LedgerPlace[]): Promise<ReadonlySet<string>> {
  const found = await Promise.all(
    ledgers.map((ledger) => {
      const own = events.filter(({ environment, evidence }) => environment === ledger.environment && evidence !== '');
      return storedEvidence(
        ledger,
        own.map(({ evidence }) => evidence),
      );
    }),
  );
  return new Set(found.flatMap((each) => [...each]));
}

/** Whether an environment whose ledger is empty has one on its machine that a version before this one has kept. */
async function hasFormerLedger(file: EnvironmentFile, stacks: readonly StackFile[]): Promise<boolean> {
  return isWithoutPast(await outputsOf(file.name), []) && Boolean((await homeNow(file, stacks)).machine);
}

/** Says what of a ledger is not sound where its events come from. */
function tellFindings(environment: string, findings: readonly Finding[], { note }: Call): void {
  for (const finding of findings) note(`the ledger of ${environment}: ${describeFinding(finding)}`);
  if (findings.length > 0) note(nextLine(`${sluice('history')} ${environment} --verify`));
}

/**
 * @param events newest first
 * @param kept folders of evidence that is still there
 * @param isAll whether there are no other events
 */
function show(events: readonly Event[], kept: ReadonlySet<string>, isAll: boolean, call: Call): number {
  if (call.options['json'] === true) {
    const told = events.map((event) => ({ ...event, evidenceKept: keptIn(kept, event) }));
    call.say(JSON.stringify(told, undefined, 2));
    return 0;
  }
  for (const line of events.flatMap((event) => lines(event, keptIn(kept, event) !== false))) call.say(line);
  if (events.length === 0) call.say('nothing has happened yet');
  if (!isAll) call.note('there are older events: --all shows them');
  return 0;
}

/** @returns null for an event that has left nothing */
function keptIn(kept: ReadonlySet<string>, { evidence }: Event): boolean | null {
  return evidence === '' ? null : kept.has(evidence);
}

/**
 * One event: a line with what happened to which release, and lines with what belongs to it.
 * @param isKept whether its evidence is still there
 */
export function lines(event: Event, isKept: boolean): string[] {
  const { at, environment, what, by, from, to, commits, summary, evidence, seconds } = event;
  const changes = Object.entries(to).map(([service, digest]) => {
    const before = from?.[service];
    const change =
      from === null || before === digest
        ? shortDigest(digest)
        : `${before === undefined ? 'nothing' : shortDigest(before)} → ${shortDigest(digest)}`;
    return [service, change, (commits[service] ?? '').slice(0, 8)].filter((part) => part !== '').join(' ');
  });
  const took = seconds === null ? '' : `${seconds} s`;
  const time = at.replace(/\.\d+Z$/, 'Z');
  return [
    [time, environment, what, changes.join(', '), took, by].filter((part) => part !== '').join('  '),
    ...(summary === '' ? [] : [`    ${summary}`]),
    ...(evidence === '' ? [] : [`    evidence: ${isKept ? evidenceCommand(environment, evidence) : noLongerKept}`]),
  ];
}
