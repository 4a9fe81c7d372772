import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { pack, type Header } from 'tar-stream';

/** One entry of an archive: its content, or what it is instead of a file. */
export type Entry = Buffer | Header['type'];

/** An archive as tar writes it. */
export function packed(entries: Readonly<Record<string, Entry>>): Promise<Buffer> {
  const archive = pack();
  for (const [name, entry] of Object.entries(entries)) {
    if (Buffer.isBuffer(entry)) archive.entry({ name }, entry);
    else archive.entry({ name, type: entry, ...(entry === 'symlink' ? { linkname: '/etc/passwd' } : {}) });
  }
  archive.finalize();
  return buffer(archive);
}

/** An image as `docker save` writes it: with layers as they are (the engine's own store), or packed (containerd's). */
export async function savedImage(
  layers: readonly Readonly<Record<string, Entry>>[],
  isPacked = false,
): Promise<Buffer> {
  const archives = await Promise.all(layers.map(packed));
  const names = archives.map((_, index) => (isPacked ? `blobs/sha256/${index}` : `${index}/layer.tar`));
  const manifest = [{ Config: 'config.json', RepoTags: ['a:1'], Layers: names }];
  const files = Object.fromEntries(
    names.map((name, index) => {
      const archive = archives[index] ?? Buffer.alloc(0);
      return [name, isPacked ? gzipSync(archive) : archive];
    }),
  );
  return packed({ ...files, 'config.json': Buffer.from('{}'), 'manifest.json': Buffer.from(JSON.stringify(manifest)) });
}
