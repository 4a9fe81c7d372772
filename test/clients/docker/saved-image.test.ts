import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { fileOfImage } from '../../../clients/docker/saved-image';
import { savedImage, type Entry } from './packed';

/** Bytes that no text has. */
const bytes = Buffer.from(Array.from({ length: 200_000 }, (_, index) => (index * 7) % 256));

describe('a file of a saved image', () => {
  let folder: string;
  beforeEach(() => void (folder = fs.mkdtempSync(path.join(os.tmpdir(), 'sluice-test-'))));
  afterEach(() => fs.rmSync(folder, { recursive: true }));

  const found = async (layers: readonly Record<string, Entry>[], isPacked = false, limit = 1e6) => {
    const archive = path.join(folder, 'image.tar');
    fs.writeFileSync(archive, await savedImage(layers, isPacked));
    return fileOfImage(archive, 'artifact', limit);
  };

  for (const isPacked of [false, true]) {
    it(`is read byte for byte, from ${isPacked ? 'packed layers' : 'layers as they are'}`, async () => {
      assert.deepEqual(await found([{ other: bytes }, { artifact: bytes }], isPacked), { content: bytes });
      assert.deepEqual(await found([{ './artifact': bytes }], isPacked), { content: bytes });
      assert.deepEqual(await found([{ artifact: Buffer.alloc(0) }], isPacked), { content: Buffer.alloc(0) });
    });
  }

  it('that is packed itself is left as it is', async () => {
    const zip = Buffer.concat([Buffer.from([0x1f, 0x8b]), bytes]);
    assert.deepEqual(await found([{ artifact: zip }]), { content: zip });
  });

  it('that is none, or too large, is told as what it is', async () => {
    assert.deepEqual(await found([{ 'artifact/': 'directory', 'artifact/a': bytes }]), { other: 'a folder' });
    assert.deepEqual(await found([{ artifact: 'symlink' }]), { other: 'no file' });
    assert.deepEqual(await found([{ artifact: bytes }], false, bytes.length - 1), { size: bytes.length });
    assert.deepEqual(await found([{ artifact: bytes }], false, bytes.length), { content: bytes });
    assert.equal(await found([{ 'deep/artifact': bytes }]), undefined);
    assert.equal(await found([]), undefined);
  });

  it('of what is no image is an error', async () => {
    const archive = path.join(folder, 'image.tar');
    fs.writeFileSync(archive, Buffer.alloc(700, 'x'));
    await assert.rejects(fileOfImage(archive, 'artifact', 1), /tar/i);
    await assert.rejects(fileOfImage(path.join(folder, 'none'), 'artifact', 1), /ENOENT/);
  });
});
