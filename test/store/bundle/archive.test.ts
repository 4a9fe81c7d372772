import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import fc from 'fast-check';
import * as tar from 'tar-stream';
import { buffer } from 'node:stream/consumers';
import { bundleOf, unpackBundle, type BundledFile } from '../../../store/bundle/archive';
import { temporaryFolders } from '../../toolchain/temporary';

describe('a bundle of files', () => {
  const folder = temporaryFolders();

  const file = (name: string, text = '', isExecutable = false): BundledFile => ({
    name,
    content: Buffer.from(text),
    isExecutable,
  });

  function found(root: string): Record<string, string> {
    return Object.fromEntries(
      fs
        .readdirSync(root, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => path.join(entry.parentPath, entry.name))
        .map((each) => [path.relative(root, each), fs.readFileSync(each, 'latin1')]),
    );
  }

  it('comes out as it went in, also what is no text, empty, deep or can be run', async () => {
    const long = `${'deep/'.repeat(40)}a.txt`;
    const files = [file('Pulumi.staging.yaml', 'a: ä\n'), file('shop/run.sh', '#!/bin/sh\n', true), file('empty')];
    files.push({ name: long, content: Buffer.from([0x89, 0x50, 0xff, 0x00]), isExecutable: false });
    const to = folder();
    await unpackBundle(await bundleOf(files), to);
    assert.deepEqual(
      found(to),
      Object.fromEntries(files.map(({ name, content }) => [name, content.toString('latin1')])),
    );
    const modes = ['shop/run.sh', 'empty'].map((name) => fs.statSync(path.join(to, name)).mode & 0o777);
    assert.deepEqual(modes, [0o700, 0o600]);
  });

  it('is the same bytes for the same files, in whatever order they come', async () => {
    const name = fc.stringMatching(/^[a-z]{1,8}(\/[a-z]{1,8})?$/);
    const content = fc.uint8Array({ maxLength: 700 }).map((bytes) => Buffer.from(bytes));
    const files = fc.uniqueArray(fc.record({ name, content, isExecutable: fc.boolean() }), {
      selector: (each) => each.name,
      maxLength: 6,
    });
    await fc.assert(
      fc.asyncProperty(files, async (all) => {
        assert.deepEqual(await bundleOf(all), await bundleOf(all.toReversed()));
      }),
      { numRuns: 30 },
    );
  });

  it('says nothing of when and by whom', async () => {
    const extract = tar.extract();
    extract.end(await bundleOf([file('a', 'x'), file('b', 'y', true)]));
    const headers: unknown[] = [];
    for await (const entry of extract) {
      const { name, mode, uid, gid, uname, gname, mtime } = entry.header;
      headers.push([name, mode, uid, gid, uname, gname, mtime.getTime()]);
      entry.resume();
    }
    assert.deepEqual(headers, [
      ['a', 0o644, 0, 0, '', '', 0],
      ['b', 0o755, 0, 0, '', '', 0],
    ]);
  });

  it('is another one for another name, content or right', async () => {
    const all = [[file('a', 'x')], [file('b', 'x')], [file('a', 'y')], [file('a', 'x', true)], []];
    const archives = await Promise.all(all.map(async (files) => (await bundleOf(files)).toString('base64')));
    assert.equal(new Set(archives).size, archives.length);
  });

  it('writes nothing outside its folder, and nothing but files', async () => {
    const headers: (Partial<tar.Header> & { name: string })[] = [
      { name: '../out' },
      { name: 'a/../../out' },
      { name: 'link', type: 'symlink', linkname: '/etc/passwd' },
      { name: 'folder', type: 'directory' },
    ];
    for (const header of headers) {
      const pack = tar.pack();
      pack.entry(header, '');
      pack.finalize();
      const [above, archive] = [folder(), await buffer(pack)];
      const to = path.join(above, 'to');
      fs.mkdirSync(to);
      await assert.rejects(unpackBundle(archive, to), /is nothing that a bundle holds/, header.name);
      assert.deepEqual(found(above), {});
    }
  });
});
