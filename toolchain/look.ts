import { docker } from '../clients/docker/docker';
import type { Item } from './catalogue';
import { waysOf } from './catalogue';
import type { ItemState } from './choose';
import { arePluginsInstalled } from './items/plugins';
import type { Layout } from './layout';
import { planOf, type Part } from './part';
import type { SourceWish } from './sources';
import { Store } from './store';

/** What of a list of parts is on this machine. Found out by looking: one question to the engine for all images. */
export async function whatIsThere(parts: readonly Part[], layout: Layout): Promise<(part: Part) => boolean> {
  const store = new Store(layout.store, layout.temporary);
  const images = await presentImages(parts.filter(({ kind }) => kind === 'image').map(({ id }) => id));
  return (part) => {
    if (part.kind === 'folder') return store.has(part.id);
    if (part.kind === 'image') return images.has(part.id);
    return arePluginsInstalled(layout, part.id);
  };
}

/** These parts and all that they are made of. */
export function closureOf(parts: readonly Part[]): Part[] {
  return planOf(parts, () => false);
}

/** Finds each item in the catalogue. */
export async function lookFor(items: readonly Item[], layout: Layout, wish: SourceWish): Promise<ItemState[]> {
  const ways = items.map((item) => ({ item, ways: waysOf(item, wish) }));
  const isThere = await whatIsThere(
    ways.flatMap((each) => each.ways),
    layout,
  );
  return ways.map(({ item, ways: parts }) => {
    const present = parts.find(isThere);
    return { item, present, ok: present !== undefined || item.elsewhere !== undefined };
  });
}

/** Which of these images the engine has. Without an engine: none. */
async function presentImages(names: readonly string[]): Promise<Set<string>> {
  if (names.length === 0) return new Set();
  const result = await docker(['image', 'inspect', '--format', '{{json .RepoTags}}', ...new Set(names)], {
    allowFailure: true,
    timeoutSeconds: 30,
  }).catch(() => undefined);
  const tags = (result?.stdout ?? '').split('\n').filter((line) => line.startsWith('['));
  return new Set(tags.flatMap((line) => JSON.parse(line) as string[]));
}
