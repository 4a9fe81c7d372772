import * as os from 'node:os';
import { projectRoot } from '../base/paths';
import { jobHere } from './kinds';
import { personOf } from '../releases/people';

/** Where the program is in the image that pipelines' steps and jobs run in, and nowhere else. */
const inImage = '/sluice/program';

/**
 * What is at work, for the ledger: `ann@laptop` at a terminal, `pipeline sluice/discounts 12` in a job of a CI server. A job is only
 * where its image is: the variables that a job has can be set at any terminal. Who may approve is decided elsewhere, by proof
 * (cli/approve/speaker.ts).
 */
export function whoIsAtWork(environment: NodeJS.ProcessEnv = process.env, program = projectRoot): string {
  const job = isInImage(program) ? jobHere(environment) : undefined;
  return job === undefined ? userAtMachine() : `pipeline ${job.name}`;
}

/** Whether this process is a step or job of a CI server. */
export function isInImage(program = projectRoot): boolean {
  return program === inImage;
}

/** The person at a terminal, as the machine knows him: `os:ann@laptop`. */
export function personAtMachine(): string {
  return personOf('os', userAtMachine());
}

function userAtMachine(): string {
  return `${userName()}@${os.hostname()}`;
}

/** The name of this process's user, by its number: no variable says it. */
function userName(): string {
  try {
    return os.userInfo().username;
  } catch {
    // A user id without an entry, as containers have.
    return String(process.getuid?.() ?? 'somebody');
  }
}
