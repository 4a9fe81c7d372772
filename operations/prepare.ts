import * as path from 'node:path';
import { createInterface } from 'node:readline/promises';
import { UserError } from '../base/errors';
import { visible } from '../base/visible';
import { jobHere } from '../pipelines/kinds';
import type { Note } from './note';
import { neededHere } from './needed-items';
import { chosenEngine } from './pulumi/context';
import { removeBrokenAttributes } from './pulumi/attributes';
import { stateFolder } from '../base/state-folder';
import { isImage } from '../base/image';
import { deliveryEnvironment } from './pulumi/environment';

/** How a verb was called, as far as asking people goes. */
interface Caller {
  /** `yes`: nobody is asked. */
  options: Readonly<Record<string, string | boolean | undefined>>;
  note: Note;
}

/**
 * Makes this process able to deploy: what the machine lacks is brought, and PATH, Pulumi's folders, state and
 * passphrase are set in this process's environment, which every child inherits.
 * Asks before installing at a terminal, not with `--yes`, CI=true or without a terminal.
 */
export async function prepare(caller: Caller): Promise<void> {
  if (!isImage()) {
    // Loaded only where it is needed: the pipeline's image never installs anything.
    const { ensure } = await import('../toolchain');
    const { env } = await ensure({
      say: caller.note,
      ...neededHere(),
      ...(mayAsk(caller) ? { ask } : {}),
    });
    Object.assign(process.env, env);
  }
  refuseLostState(process.env);
  Object.assign(process.env, deliveryEnvironment(process.env));
  const chosen = await chosenEngine(process.env);
  if (chosen.DOCKER_HOST !== undefined) Reflect.deleteProperty(process.env, 'DOCKER_CONTEXT');
  Object.assign(process.env, chosen);
  const folder = stateFolder(process.env);
  for (const file of folder === undefined ? [] : removeBrokenAttributes(folder)) {
    caller.note(`the attributes of ${path.basename(file)} were cut short by a run that was killed: removed`);
  }
}

/**
 * A job of a CI server elsewhere runs in a container that is gone after it, and would take the state and its passphrase with it.
 * @throws UserError that names the variable
 */
export function refuseLostState(environment: NodeJS.ProcessEnv): void {
  const job = jobHere(environment);
  if (!isImage(environment) || job?.isPassing !== true || !job.kind.external) return;
  const { variables, docs } = job.kind.external;
  const given = (...names: string[]): boolean => names.some((name) => (environment[name] ?? '') !== '');
  const next = `set it in ${variables}, as it is where the platform is brought up (${docs})`;
  if (!given('PULUMI_BACKEND_URL')) {
    throw new UserError("PULUMI_BACKEND_URL is not set: a job's own state would be gone with it", next);
  }
  if (!given('PULUMI_CONFIG_PASSPHRASE', 'PULUMI_CONFIG_PASSPHRASE_FILE')) {
    throw new UserError('PULUMI_CONFIG_PASSPHRASE is not set: the state can not be decrypted', next);
  }
}

/** Whether there is a person to ask. */
export function mayAsk(caller: Pick<Caller, 'options'>): boolean {
  return caller.options['yes'] !== true && process.env['CI'] !== 'true' && process.stdin.isTTY && process.stderr.isTTY;
}

/** Asks a question at the terminal; anything but y or yes is a no. */
export async function ask(question: string): Promise<boolean> {
  return /^y(es)?$/i.test((await askText(`${question} [y/N]`)).trim());
}

/** Asks for a line of text at the terminal. */
export async function askText(question: string): Promise<string> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return await terminal.question(`${visible(question)} `);
  } finally {
    terminal.close();
  }
}
