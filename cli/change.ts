import { visibleLine } from '../base/visible';
import { shortDigest } from '../releases/names';
import type { Release } from '../releases/types';
import { ask, mayAsk } from '../operations/prepare';
import type { Call } from './call';
import { table } from './help';

/** What of a release people tell it from others by. */
type Told = Pick<Release, 'service' | 'digest' | 'revision' | 'message'>;
type Releases = Readonly<Record<string, Told>>;

/**
 * What an environment runs, and what it would run then: a line for each service, with commit and message.
 * @param from nothing where it runs nothing yet
 * @param to nothing where it is taken down
 */
export function changeLines(from: Releases, to: Releases): string[] {
  const names = [...new Set([...Object.keys(from), ...Object.keys(to)])].sort();
  return table(
    names.map((name): [string, string] => {
      const [before, after] = [from[name], to[name]];
      if (before?.digest === after?.digest) return [name, `${told(after)} (stays)`];
      return [name, `${told(before)} → ${told(after)}`];
    }),
    '    ',
  );
}

function told(release: Told | undefined): string {
  if (release === undefined) return 'nothing';
  const { digest, revision, message = '' } = release;
  return [shortDigest(digest), revision.slice(0, 8), message === '' ? '' : `"${visibleLine(message)}"`]
    .filter((part) => part !== '')
    .join(' ');
}

/**
 * Asks the person at the terminal whether that is what he wants; nobody with `--yes`, CI=true or without a terminal.
 * @returns whether to go on; a no has been said
 */
export async function confirmed(call: Call, question: string): Promise<boolean> {
  if (!mayAsk(call) || (await ask(question))) return true;
  call.note('nothing was changed');
  return false;
}
