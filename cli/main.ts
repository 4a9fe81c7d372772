import { withoutCodes } from '../base/codes';
import { sluice } from '../base/command';
import { nextLine, UserError } from '../base/errors';
import { note, say, sayPainted } from '../base/terminal';
import { parseArguments } from './arguments';
import type { Call } from './call';
import { overview, verbHelp } from './help';
import { fullDisk } from '../operations/preflight/room';
import { pulumiMessage } from '../operations/pulumi/message';
import { didYouMean } from '../base/spelling';
import { refuseSwallowed } from './swallowed';
import { verbs } from './verbs';

/** Where a run's lines go. */
type Streams = Pick<Call, 'say' | 'note'>;

/** Results on standard output, all else on standard error. */
export const terminal: Streams = { say: (text, o) => (o?.painted === true ? sayPainted(text) : say(text)), note };

/**
 * The program behind every verb.
 * @param argv what follows the program's name: the verb, then its arguments
 * @returns the exit code: 0 done, 1 it did not succeed, 2 wrong use or config
 */
export async function main(argv: readonly string[], streams: Streams = terminal): Promise<number> {
  return reporting(streams, () => dispatch(argv, streams));
}

/** Does something, and says what went wrong with it. @returns the exit code, as {@link main} */
export async function reporting(streams: Streams, work: () => Promise<number>): Promise<number> {
  try {
    return await work();
  } catch (error) {
    return report(error, streams);
  }
}

async function dispatch([name, ...args]: readonly string[], streams: Streams): Promise<number> {
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    streams.say(overview(verbs));
    return name === undefined ? 2 : 0;
  }
  const verb = verbs.find((each) => each.name === name);
  if (verb === undefined) {
    const known = verbs.filter((each) => each.internal !== true).map((each) => each.name);
    throw new UserError(`there is no verb "${name}"${didYouMean(name, known)}`, sluice('--help'));
  }
  refuseSwallowed(verb, verbs, args);
  const parsed = parseArguments(verb, args);
  if (parsed === 'help') {
    streams.say(verbHelp(verb));
    return 0;
  }
  const module = await verb.load();
  return module.run({ ...parsed, ...streams });
}

/** Says what went wrong in one place: the message, then the next thing to type. */
function report(error: unknown, { note }: Streams): number {
  if (process.env['SLUICE_DEBUG'] === '1' && error instanceof Error) note(error.stack ?? '');
  const told = error instanceof UserError ? error : fullDisk(error);
  if (told !== undefined) {
    note(`error: ${told.toString()}`);
    return told.exitCode;
  }
  note(`error: ${withoutCodes(pulumiMessage(error instanceof Error ? error.message : String(error)))}`);
  if (process.env['SLUICE_DEBUG'] !== '1')
    note(nextLine('SLUICE_DEBUG=1 and the same again shows where this comes from'));
  return 1;
}
