import * as path from 'node:path';
import { text } from 'node:stream/consumers';
import { UserError } from '../base/errors';
import { saidWhole } from '../base/terminal';
import { childUserIn, childUserOption, type ChildUser } from './child-user';
import { parseRequest, type CheckRequest } from './contract';
import { exitCodes, unknownVerdict, type CheckVerdict } from './protocol';
import { runHere } from './run';
import { supervise } from './supervise';
import { checkTypes } from './types';

const INSIDE = '--inside';

/**
 * The program of a check. It starts itself a second time to do the work, so that a verdict is given whatever becomes
 * of the check's code: a crash, an endless loop, a scenario that ends the process. With `--child-user UID:GID` the code of others runs as that
 * user; then whoever starts this has to be one who may become others.
 * @returns the exit code
 */
export async function main(args: readonly string[], input: AsyncIterable<Uint8Array> = process.stdin): Promise<number> {
  const user = childUserIn(args);
  if (args[0] === INSIDE) return inside(user);
  const verdict = await answer(Buffer.from(await text(input as NodeJS.ReadableStream)).toString(), user);
  // An exit does not wait for a pipe, so wait here until the verdict is written.
  await saidWhole(JSON.stringify(verdict));
  return exitCodes[verdict.verdict];
}

async function answer(input: string, user?: ChildUser): Promise<CheckVerdict> {
  const started = new Date();
  let request: CheckRequest;
  try {
    request = parseRequest(JSON.parse(input));
  } catch (error) {
    if (error instanceof UserError) return unknownVerdict(error.message, started);
    return unknownVerdict("the check's request is no JSON", started);
  }
  const program = path.join(__dirname, 'main.cjs');
  if (user === undefined) return supervise(request, program, [INSIDE]);
  // What only starts a program of others and judges it stays with the supervisor, out of that program's reach.
  return checkTypes[request.type].startsProgram === true
    ? supervise(request, program, [INSIDE, ...childUserOption(user)], { shared: true })
    : supervise(request, program, [INSIDE], { shared: true, user });
}

/** The second process: gets the request from the first and gives it the verdict. */
async function inside(user?: ChildUser): Promise<number> {
  const request = await new Promise<CheckRequest>((resolve) => process.once('message', resolve));
  const verdict = await runHere(request, undefined, user);
  await new Promise((sent) => process.send?.(verdict, sent));
  return exitCodes[verdict.verdict];
}
