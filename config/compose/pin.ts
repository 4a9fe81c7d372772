import { isMap, isScalar, parseDocument, visit, type Scalar } from 'yaml';
import { imageName } from './source';

/** An image that a compose file names by something else than its digest. */
export interface Unpinned {
  image: string;
  /** Where its text ends in the file, a quote not counted. */
  end: number;
}

/**
 * The images of a compose file without a digest, in the order of the file. Left out is what the file builds, and a name with a
 * variable in it, which stands for several images.
 */
export function unpinnedImages(text: string): Unpinned[] {
  const found: Unpinned[] = [];
  visit(parseDocument(text, { logLevel: 'silent' }), {
    Map(_key, map) {
      if (map.has('build')) return;
      for (const { key, value } of map.items) {
        if (!isScalar(key) || key.value !== 'image' || !isScalar(value) || typeof value.value !== 'string') continue;
        if (imageName(value.value).digest !== undefined || value.value.includes('$')) continue;
        found.push({ image: value.value, end: endOf(value) });
      }
    },
  });
  return found.sort((a, b) => a.end - b.end);
}

function endOf(node: Scalar): number {
  const end = node.range?.[1] ?? 0;
  return node.type === 'QUOTE_DOUBLE' || node.type === 'QUOTE_SINGLE' ? end - 1 : end;
}

/**
 * The same file with digests: nothing but these few characters is another.
 * @param digests `sha256:…` by image as it is written
 */
export function pinned(text: string, digests: Readonly<Record<string, string>>): string {
  let result = '';
  let from = 0;
  for (const { image, end } of unpinnedImages(text)) {
    const digest = digests[image];
    if (digest === undefined) continue;
    result += `${text.slice(from, end)}@${digest}`;
    from = end;
  }
  return result + text.slice(from);
}

/** Whether this is a compose file at all. */
export function hasServices(text: string): boolean {
  const document = parseDocument(text, { logLevel: 'silent' });
  return document.errors.length === 0 && isMap(document.contents) && document.contents.has('services');
}
