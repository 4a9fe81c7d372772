import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { extname, join } from 'node:path';

const TYPES = /** @type {Record<string, string>} */ ({
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml; charset=utf-8',
});

/** @typedef {{ body: Buffer, type: string, tag: string }} Asset */

/**
 * The files of a folder, read once, by their path in it (`products/duck.svg`).
 * @param {string} folder
 * @returns {Map<string, Asset>}
 */
export function readAssets(folder) {
  const assets = new Map();
  for (const entry of readdirSync(folder, { recursive: true })) {
    const type = TYPES[extname(String(entry))];
    if (type === undefined) continue;
    const body = readFileSync(join(folder, String(entry)));
    assets.set(String(entry), { body, type, tag: createHash('sha256').update(body).digest('hex').slice(0, 12) });
  }
  return assets;
}

/**
 * The address of an asset, different for each content, so that browsers may keep it for ever.
 * @param {Map<string, Asset>} assets
 * @param {string} name
 */
export function assetUrl(assets, name) {
  const tag = assets.get(name)?.tag;
  if (tag === undefined) throw new Error(`there is no asset ${name}`);
  return `/assets/${name}?${tag}`;
}
