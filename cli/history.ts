import { evidenceCommand } from '../releases/evidence';
import { history, type Event } from '../releases/history';
import { shortDigest } from '../releases/names';
import { merged } from '../releases/merged';
import { isEnvironment } from '../config/stack';
import { named, readStacks } from '../config/stacks';
import { acceptLostRecords, acceptOption, refuseWithoutEnvironment } from './accept-lost-records';
import type { Call } from './call';
import { ledgerPlace, readLedgers } from '../operations/ledger-place';
import { prepare } from '../operations/prepare';
import { isUntouched } from '../operations/untouched';
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
  if (isUntouched()) return show([], call);
  await prepare(call);
  if (accepts && file !== undefined) return acceptLostRecords(await ledgerPlace(file, stacks), call);
  const files = file === undefined ? stacks.filter(isEnvironment) : [file];
  const ledgers = await Promise.all(files.map((each) => ledgerPlace(each, stacks)));
  if (call.options['verify'] === true) return verifyLedgers(ledgers, call);
  const records = merged(await readLedgers(ledgers));
  return show(history(records, file?.name).reverse(), call);
}

/** @param events newest first */
function show(events: readonly Event[], call: Call): number {
  const shown = call.options['all'] === true ? events : events.slice(0, usualCount);
  if (call.options['json'] === true) {
    call.say(JSON.stringify(shown, undefined, 2));
    return 0;
  }
  for (const line of shown.flatMap(lines)) call.say(line);
  if (shown.length === 0) call.say('nothing has happened yet');
  if (shown.length < events.length) call.note(`${events.length - shown.length} older events: --all shows them`);
  return 0;
}

/** One event: a line with what happened to which release, and lines with what belongs to it. */
export function lines(event: Event): string[] {
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
    ...(evidence === '' ? [] : [`    evidence: ${evidenceCommand(environment, evidence)}`]),
  ];
}
