import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { UserError } from '../../errors';

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

/**
 * Whether one commit came before another, as the history that was cloned tells. What it does not know did not: a branch
 * that was rewritten has no older and newer.
 */
export async function cameBefore(folder: string, older: string, newer: string): Promise<boolean> {
  if (older === newer || !/^[0-9a-f]{40}$/.test(newer)) return false;
  const ask = ['-c', 'safe.directory=*', '-C', folder, 'merge-base', '--is-ancestor', older, newer];
  return promisify(execFile)('git', ask).then(
    () => true,
    () => false,
  );
}

function lastLine(error: unknown): string {
  const text = (error as { stderr?: string }).stderr ?? '';
  return text.trim().split('\n').at(-1) || String(error);
}
