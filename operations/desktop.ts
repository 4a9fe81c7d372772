import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Note } from './note';

/** How long an opener is waited for. It says soon that it can't; one that can may stay as long as what it has opened. */
const SAID_BY_MILLISECONDS = 1500;

/** What is known of a machine on which a file is to be opened. */
export interface DesktopMachine {
  platform: NodeJS.Platform;
  environment: NodeJS.ProcessEnv;
}

/** The command that opens a file as its desktop does; undefined where there is none, as on a server or in a job. */
export function openerOf({ platform, environment }: DesktopMachine, file: string): readonly string[] | undefined {
  if (environment['CI'] === 'true') return undefined;
  // What is opened appears on the screen of that machine, and whoever came by SSH sits before another one.
  if (platform !== 'linux' && environment['SSH_CONNECTION'] !== undefined) return undefined;
  if (platform === 'darwin') return ['open', file];
  // `start` takes the first word in quotes for a title.
  if (platform === 'win32') return ['cmd', '/c', 'start', '""', file];
  const screens = [environment['DISPLAY'], environment['WAYLAND_DISPLAY']];
  return screens.some((screen) => screen !== undefined && screen !== '') ? ['xdg-open', file] : undefined;
}

/**
 * Has the desktop open a file, and does not wait for what it opens to be closed.
 * @returns whether there is a desktop; when its opener fails, that is noted
 */
export async function openOnDesktop(
  file: string,
  note: Note,
  machine: DesktopMachine = { platform: process.platform, environment: process.env },
): Promise<boolean> {
  const command = openerOf(machine, file);
  const [program, ...args] = command ?? [];
  if (program === undefined) return false;
  const child = spawn(program, args, { stdio: 'ignore', detached: true, env: machine.environment });
  const ended = new Promise<string | undefined>((resolve) => {
    child.once('error', ({ message }) => resolve(message));
    child.once('exit', (code) => resolve(code === 0 ? undefined : `${program} ended with code ${code ?? 'none'}`));
  });
  const problem = await Promise.race([ended, sleep(SAID_BY_MILLISECONDS, undefined, { ref: false })]);
  child.unref();
  if (problem !== undefined) note(`it could not be opened: ${problem}`);
  return problem === undefined;
}
