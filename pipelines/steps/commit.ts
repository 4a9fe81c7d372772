import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { UserError } from '../../base/errors';

/** The commit that a pipeline runs for. */
export interface Commit {
  /** 40 hex digits. */
  id: string;
  /** Commit time, ISO 8601 with the committer's offset. */
  time: string;
  /** First line of the message. */
  subject: string;
}

/**
 * The commit that is checked out in a folder.
 * @throws UserError when the folder holds none
 */
export async function checkedOutCommit(folder: string): Promise<Commit> {
  try {
    const { stdout } = await promisify(execFile)('git', [
      // The clone step may have been another user; git would refuse to read its folder.
      ...['-c', 'safe.directory=*', '-C', folder],
      ...['log', '-1', '--no-show-signature', '--format=%H%n%cI%n%s'],
    ]);
    const [id = '', time = '', subject = ''] = stdout.split('\n');
    return { id, time, subject };
  } catch (error) {
    throw new UserError(`there is no commit in ${folder}: ${lastLine(error)}`, 'look at the log of the clone step');
  }
}

/** How many commits before its own an image tells of. One that is older than these is not seen to be superseded. */
const remembered = 400;
/** Digits of each: enough to tell the commits of one repository apart. */
const digits = 12;

/**
 * What an image tells of the commits before its own, as text for its label: of a commit that is not cloned it tells nothing.
 * @returns the latest 400, `3f2a91c0d4e5 9f3c1a2b0d4e …`
 */
export async function ancestorsIn(folder: string): Promise<string> {
  const words = ['rev-list', '--skip=1', `--max-count=${remembered}`, 'HEAD'];
  const { stdout } = await promisify(execFile)('git', ['-c', 'safe.directory=*', '-C', folder, ...words]);
  return stdout
    .split('\n')
    .filter((id) => id !== '')
    .map((id) => id.slice(0, digits))
    .join(' ');
}

/**
 * Whether a commit came before another one, as the other one's image tells. What it does not know did not: a branch that was
 * rewritten has no older and newer, and an image without this label came before nothing.
 * @param ancestors what {@link ancestorsIn} told of the other one
 */
export function cameBefore(commit: string, ancestors: string | undefined): boolean {
  return (ancestors ?? '').split(' ').includes(commit.slice(0, digits));
}

function lastLine(error: unknown): string {
  const text = (error as { stderr?: string }).stderr ?? '';
  return text.trim().split('\n').at(-1) || String(error);
}
