import * as path from 'node:path';
import { text } from 'node:stream/consumers';
import { UserError } from '../base/errors';
import { saidWhole } from '../base/terminal';
import { parseRequest, type CheckRequest } from './contract';
import { exitCodes, unknownVerdict, type CheckVerdict } from './protocol';
import { runHere } from './run';
import { supervise } from './supervise';

const INSIDE = '--inside';

/**
 * The program of a check. It starts itself a second time to do the work, so that a verdict is given whatever becomes
 * of the check's code: a crash, an endless loop, a scenario that ends the process.
 * @returns the exit code
 */
export async function main(args: readonly string[], input: AsyncIterable<Uint8Array> = process.stdin): Promise<number> {
  if (args[0] === INSIDE) return inside();
  const verdict = await answer(Buffer.from(await text(input as NodeJS.ReadableStream)).toString());
  // An exit does not wait for a pipe, so wait here until the verdict is written.
  await saidWhole(JSON.stringify(verdict));
  return exitCodes[verdict.verdict];
}

async function answer(input: string): Promise<CheckVerdict> {
  const started = new Date();
  let request: CheckRequest;
  try {
    request = parseRequest(JSON.parse(input));
  } catch (error) {
    if (error instanceof UserError) return unknownVerdict(error.message, started);
    return unknownVerdict("the check's request is no JSON", started);
  }
  return supervise(request, path.join(__dirname, 'main.cjs'), [INSIDE]);
}

/** The second process: gets the request from the first and gives it the verdict. */
async function inside(): Promise<number> {
  const request = await new Promise<CheckRequest>((resolve) => process.once('message', resolve));
  const verdict = await runHere(request);
  await new Promise((sent) => process.send?.(verdict, sent));
  return exitCodes[verdict.verdict];
}
