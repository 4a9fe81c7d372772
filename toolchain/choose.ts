import type { Item, ItemName } from './catalogue';
import type { Part } from './part';

/** Which git host is wanted: by name, or whichever can be had. */
export type GitHostWish = 'gogs' | 'gitea' | 'any';

/** An item of the catalogue with what was found of it. */
export interface ItemState {
  item: Item;
  /** The first of its ways that is there and fits. */
  present: Part | undefined;
  /** Nothing has to be brought: a part is there, or the machine has the thing from elsewhere. */
  ok: boolean;
}

/**
 * The items that are still to be brought. Of the two git hosts one is enough: Gogs where its image can be had, Gitea where it
 * can't, unless one is wanted by name.
 * @param hasGogs whether Gogs can be had from the sources in use
 */
export function lacking(found: readonly ItemState[], gitHost: GitHostWish, hasGogs: boolean): Item[] {
  const isThere = (name: ItemName): boolean => found.some(({ item, ok }) => item.name === name && ok);
  const chosen = gitHost === 'any' ? (isThere('gogs') || (!isThere('gitea') && hasGogs) ? 'gogs' : 'gitea') : gitHost;
  return found
    .filter(({ ok }) => !ok)
    .map(({ item }) => item)
    .filter(({ name }) => (name !== 'gogs' && name !== 'gitea') || name === chosen);
}
