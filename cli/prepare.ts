import * as path from 'node:path';
import { createInterface } from 'node:readline/promises';
import type { Call } from './call';
import { removeBrokenAttributes } from './pulumi/attributes';
import { deliveryEnvironment, isImage, stateFolder } from './pulumi/environment';

/**
 * Makes this process able to deploy: what the machine lacks is brought, and PATH, Pulumi's folders, state and
 * passphrase are set in this process's environment, which every child inherits.
 * Asks before installing at a terminal, not with `--yes`, CI=true or without a terminal.
 */
export async function prepare(call: Call): Promise<void> {
  if (!isImage()) {
    // Loaded only where it is needed: the pipeline's image never installs anything.
    const { ensure } = await import('../toolchain');
    const { env } = await ensure({ say: call.note, ...(mayAsk(call) ? { ask } : {}) });
    Object.assign(process.env, env);
  }
  Object.assign(process.env, deliveryEnvironment(process.env));
  const folder = stateFolder(process.env);
  for (const file of folder === undefined ? [] : removeBrokenAttributes(folder)) {
    call.note(`the attributes of ${path.basename(file)} were cut short by a run that was killed: removed`);
  }
}

/** Whether there is a person to ask. */
export function mayAsk(call: Call): boolean {
  return call.options['yes'] !== true && process.env['CI'] !== 'true' && process.stdin.isTTY && process.stderr.isTTY;
}

/** Asks a question at the terminal; anything but y or yes is a no. */
export async function ask(question: string): Promise<boolean> {
  return /^y(es)?$/i.test((await askText(`${question} [y/N]`)).trim());
}

/** Asks for a line of text at the terminal. */
export async function askText(question: string): Promise<string> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return await terminal.question(`${question} `);
  } finally {
    terminal.close();
  }
}
