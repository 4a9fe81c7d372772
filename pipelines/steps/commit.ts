import { UserError } from '../../base/errors';
import { run } from '../../base/process';

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
  const words = [...inFolder(folder), 'log', '-1', '--no-show-signature', '--format=%H%n%cI%n%s'];
  const { code, stdout, stderr } = await run('git', words, { allowFailure: true });
  if (code !== 0) {
    const said = stderr.trim().split('\n').at(-1) ?? '';
    throw new UserError(
      `there is no commit in ${folder}: ${said === '' ? `git ended with code ${code}` : said}`,
      'look at the log of the clone step',
    );
  }
  const [id = '', time = '', subject = ''] = stdout.split('\n');
  return { id, time, subject };
}

/** The clone step may have been another user; git would refuse to read its folder. */
function inFolder(folder: string): string[] {
  return ['-c', 'safe.directory=*', '-C', folder];
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
  const { stdout } = await run('git', [...inFolder(folder), ...words]);
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
