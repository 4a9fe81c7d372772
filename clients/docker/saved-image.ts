import * as fs from 'node:fs';
import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { createGunzip } from 'node:zlib';
import * as tar from 'tar-stream';

/** What is found at a path of an image: a file's content, or what else lies there. */
export type ImageEntry = { content: Buffer } | { size: number } | { other: string } | undefined;

/**
 * One file at the top of an image, as `docker save` writes images.
 * @param archive path of what it has written
 * @param name `artifact`, for `/artifact`
 * @param limit bytes that it may have; of a larger one only the size is told
 * @returns undefined when there is nothing by this name
 */
export async function fileOfImage(archive: string, name: string, limit: number): Promise<ImageEntry> {
  const layers = await layersOf(archive);
  let found: ImageEntry;
  for await (const entry of entriesOf(fs.createReadStream(archive))) {
    if (!layers.has(entry.header.name)) {
      entry.resume();
      continue;
    }
    const isPacked = layers.get(entry.header.name) === 'gzip';
    const layer = entry as unknown as Readable;
    found = (await fileOfLayer(isPacked ? layer.pipe(createGunzip()) : layer, name, limit)) ?? found;
  }
  return found;
}

/** The archives of an image's layers, by their names in the image's, and how they are packed. */
async function layersOf(archive: string): Promise<ReadonlyMap<string, 'gzip' | 'none'>> {
  const packed = new Set<string>();
  let names: string[] = [];
  for await (const entry of entriesOf(fs.createReadStream(archive))) {
    if (entry.header.name === 'manifest.json') {
      names = (JSON.parse((await buffer(entry)).toString()) as { Layers: string[] }[])[0]?.Layers ?? [];
      continue;
    }
    // Engines that keep images as registries do save their layers packed.
    let begin = Buffer.alloc(0);
    for await (const chunk of entry as unknown as AsyncIterable<Buffer>) {
      if (begin.length < gzip.length) begin = Buffer.concat([begin, chunk]);
    }
    if (begin.subarray(0, gzip.length).equals(gzip)) packed.add(entry.header.name);
  }
  return new Map(names.map((name) => [name, packed.has(name) ? 'gzip' : 'none']));
}

const gzip = Buffer.from([0x1f, 0x8b]);

async function fileOfLayer(layer: Readable, name: string, limit: number): Promise<ImageEntry> {
  let found: ImageEntry;
  for await (const entry of entriesOf(layer)) {
    const { header } = entry;
    const own = header.name.replace(/^\.?\//, '').replace(/\/$/, '');
    if (own !== name) {
      entry.resume();
    } else if (header.type !== 'file') {
      found = { other: header.type === 'directory' ? 'a folder' : 'no file' };
      entry.resume();
    } else if (header.size > limit) {
      found = { size: header.size };
      entry.resume();
    } else {
      found = { content: await buffer(entry) };
    }
  }
  return found;
}

function entriesOf(source: Readable): tar.Extract {
  const extract = tar.extract();
  source.on('error', (error) => extract.destroy(error));
  source.pipe(extract);
  return extract;
}
