import * as fs from 'node:fs';
import { run } from '../base/process';
import { visibleLine } from '../base/visible';
import type { CheckContext } from './context';
import type { RequestOf } from './contract';
import { Failed, Unclear } from './outcome';

/** Characters of a command, which may be a whole script, before what came of it. */
const MOST_OF_COMMAND = 200;

/** A command that could not be started by a shell or by us answers with these. */
const NOT_STARTED = new Set([126, 127]);

/**
 * Runs a program that is a check itself: 0 is a pass, 2 is "could not tell", and so are a signal and a program that
 * can't be started; anything else fails. It gets the request on standard input and in its environment `URL_<SERVICE>`,
 * `DIGEST_<SERVICE>`, `SLUICE_ENVIRONMENT` and `EVIDENCE`; what it prints is in the evidence, `output.log`.
 */
export async function commandCheck(context: CheckContext<RequestOf<'command'>>): Promise<void> {
  const { request, steps } = context;
  await steps.run(visibleLine(request.settings.command.join(' '), MOST_OF_COMMAND), async () => {
    const { code, lastLine } = await ended(context);
    const end = lastLine === '' ? '' : `, last line "${lastLine}"`;
    if (code === 0) return;
    if (typeof code === 'string') throw new Unclear(`it was ended by ${code}${end}`);
    if (code === 2 || NOT_STARTED.has(code)) throw new Unclear(`it could not tell: exit code ${code}${end}`);
    throw new Failed(`expected exit code 0, seen ${code}${end}; output.log has all of it`);
  });
}

/** @returns exit code or signal, and the last line that was printed */
async function ended({ request, evidence, signal, user }: CheckContext<RequestOf<'command'>>): Promise<{
  code: number | string;
  lastLine: string;
}> {
  const [program = '', ...args] = request.settings.command;
  const log = evidence.file('output.log');
  const result = await run(program, args, {
    env: { ...process.env, ...environmentOf(request) },
    input: JSON.stringify(request),
    outputFile: log,
    signal,
    user,
    // What the command started ends with it.
    group: true,
    allowFailure: true,
  });
  if (result.problem !== undefined) throw new Unclear(`it can't be started: ${result.problem.message}`);
  return { code: result.signal ?? result.code, lastLine: lastLineOf(log) };
}

/** The variables that tell a command what it checks. */
export function environmentOf({ urls, candidate, environment, evidence }: RequestOf<'command'>): NodeJS.ProcessEnv {
  const perService = (prefix: string, values: Record<string, string>) =>
    Object.entries(values).map(([service, value]) => [`${prefix}_${service.toUpperCase().replace(/\W/g, '_')}`, value]);
  return {
    ...(Object.fromEntries([...perService('URL', urls), ...perService('DIGEST', candidate)]) as NodeJS.ProcessEnv),
    SLUICE_ENVIRONMENT: environment,
    EVIDENCE: evidence,
  };
}

function lastLineOf(file: string): string {
  const lines = fs.readFileSync(file, 'utf8').trimEnd().split('\n');
  return (lines.at(-1) ?? '').slice(0, 200);
}
