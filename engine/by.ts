import * as os from 'node:os';
import { jobHere } from '../pipelines/kinds';

/** Who or what is at work, for the ledger: `ann@laptop` at a terminal, `pipeline sluice/discounts 12` in a job of a CI server. */
export function whoIsAtWork(environment: NodeJS.ProcessEnv = process.env): string {
  const job = jobHere(environment);
  return job === undefined ? `${userName()}@${os.hostname()}` : `pipeline ${job.name}`;
}

/**
 * The person at work: who started a job by hand, who sits at the terminal.
 * @returns undefined in a pipeline that nobody in particular has started
 */
export function personAtWork(environment: NodeJS.ProcessEnv = process.env): string | undefined {
  const job = jobHere(environment);
  return job === undefined ? userName() : job.person;
}

function userName(): string {
  try {
    return os.userInfo().username;
  } catch {
    // A user id without an entry, as containers have.
    return String(process.getuid?.() ?? 'somebody');
  }
}
