import { ActionFailed, UserError } from '../base/errors';
import { note, say } from '../base/terminal';
import { contract, isAction, readAs, type ActionInput, type ActionName, type ActionOutput } from './contract';

/** What a program's file exports. */
interface Program<Name extends ActionName> {
  default: (input: ActionInput<Name>) => Promise<ActionOutput<Name>>;
}

/** The programs. Only the one that is asked for is loaded. */
const programs: { readonly [Name in ActionName]: () => Promise<Program<Name>> } = {
  'activate-repository': () => import('./activate-repository'),
  'await-healthy': () => import('./await-healthy'),
  'build-image': () => import('./build-image'),
  'check-registry': () => import('./check-registry'),
  'configure-edges': () => import('./configure-edges'),
  'connect-drone': () => import('./connect-drone'),
  'create-repository': () => import('./create-repository'),
  cutover: () => import('./cutover'),
  gate: () => import('./gate'),
  'import-ledger': () => import('./import-ledger'),
  'install-git-host': () => import('./install-git-host'),
  'limit-processes': () => import('./limit-processes'),
  'move-channel': () => import('./move-channel'),
  'own-volume': () => import('./own-volume'),
  'prepare-edges': () => import('./prepare-edges'),
  'publish-image': () => import('./publish-image'),
  'record-deployment': () => import('./record-deployment'),
  'register-application': () => import('./register-application'),
  'report-refusal': () => import('./report-refusal'),
  'require-pass': () => import('./require-pass'),
  'seed-repository': () => import('./seed-repository'),
  trial: () => import('./trial'),
};

/**
 * Runs `actions/<name>.ts` with the JSON object on standard input and prints its result as one line of JSON.
 * Logs go to standard error: standard output is what the resource keeps.
 * @returns 0 done, 1 it did not succeed, 2 wrong input
 */
export async function runAction(name: string | undefined): Promise<number> {
  try {
    if (name === undefined || !isAction(name)) {
      throw new UserError(`"${name ?? ''}" is no action`, 'node actions/run.cjs NAME, with NAME a file of actions/');
    }
    say(await answerOf(name, await readAll(process.stdin)));
    return 0;
  } catch (error) {
    if (error instanceof UserError) {
      note(error.toString());
      return 2;
    }
    note(textOf(error));
    return 1;
  }
}

/**
 * Runs one program, whose input and answer are held to its contract.
 * @param text its input as JSON
 * @returns its answer as JSON
 * @throws UserError for another input, before anything is done
 */
async function answerOf<Name extends ActionName>(name: Name, text: string): Promise<string> {
  const { input, output } = contract[name];
  const given = readAs(input, text);
  if ('problem' in given) {
    throw new UserError(
      `the input of the action ${name} is wrong: ${given.problem}`,
      'correct it: actions/contract.ts leads to what each action takes',
    );
  }
  const program = await programs[name]();
  const answer = JSON.stringify(await program.default(given.value));
  const told = readAs(output, answer);
  if ('problem' in told) {
    throw new Error(`the action ${name} has answered something else than it should: ${told.problem}`);
  }
  return answer;
}

function textOf(error: unknown): string {
  if (error instanceof ActionFailed || !(error instanceof Error)) return String(error);
  return (process.env['SLUICE_DEBUG'] === '1' ? error.stack : undefined) ?? error.message;
}

async function readAll(stream: NodeJS.ReadableStream): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(Buffer.from(chunk as Uint8Array));
  return Buffer.concat(chunks).toString();
}
