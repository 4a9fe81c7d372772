import { pushersAtGitea } from './gitea-pushes';
import { pushersAtGogs } from './gogs-pushes';
import { NotTold } from './not-told';
import type { PusherSearch } from './push-question';

/** Where the pushes of a kind of git host are on record. */
const searches: Readonly<Record<string, PusherSearch>> = { gitea: pushersAtGitea, gogs: pushersAtGogs };

/** @throws NotTold for a kind of git host whose record nobody can read */
export function pusherSearchOf(kind: string): PusherSearch {
  const search = searches[kind];
  if (search === undefined) throw new NotTold(`nobody knows how ${kind} records pushes`);
  return search;
}
