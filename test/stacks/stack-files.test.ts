import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { stackFilesOf, withoutSalt } from '../../stacks/stack-files';
import { unpackBundle } from '../../store/bundle/archive';
import { filesOf, parseFiles, sample } from '../errors/project';
import { temporaryFolders } from '../toolchain/temporary';
import { declare } from './declared-platform';

describe('the archive of stack files', () => {
  const folder = temporaryFolders();
  const stacks = parseFiles(filesOf(sample()));

  /** The sample's files, some of them others. */
  function checkout(changes: Record<string, string> = {}): string {
    const root = folder();
    const files = Object.entries(filesOf(sample())).map(([name, text]): [string, string] => [
      `Pulumi.${name}.yaml`,
      text,
    ]);
    const all: Record<string, string> = {
      ...Object.fromEntries(files),
      'checks/scenarios/storedog.ts': 'a',
      ...changes,
    };
    for (const [name, text] of Object.entries(all)) {
      fs.mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
      fs.writeFileSync(path.join(root, name), text);
    }
    return root;
  }

  it('is the same in every checkout, whatever else lies there and whatever salt its stack files have', async () => {
    const staging = filesOf(sample())['staging'] ?? '';
    const other = checkout({ 'Pulumi.staging.yaml': `encryptionsalt: v1:abc\n${staging}`, 'other.txt': '' });
    assert.deepEqual(await stackFilesOf('platform', stacks, other), await stackFilesOf('platform', stacks, checkout()));
  });

  it('is another one when a gate, a scenario or a comment is another', async () => {
    const staging = filesOf(sample())['staging'] ?? '';
    const roots = [
      checkout(),
      checkout({ 'Pulumi.staging.yaml': `# a comment\n${staging}` }),
      checkout({ 'checks/scenarios/storedog.ts': 'b' }),
    ];
    const archives = await Promise.all(roots.map((root) => stackFilesOf('platform', stacks, root)));
    assert.equal(new Set(archives.map((archive) => archive.toString('base64'))).size, 3);
  });

  it('brings files to where they were, those that can be run too', async () => {
    const root = checkout({ 'run.sh': '#!/bin/sh\n', 'Pulumi.staging.yaml': 'config:\n  sluice:compose: c.yml\n' });
    fs.chmodSync(path.join(root, 'run.sh'), 0o755);
    fs.writeFileSync(
      path.join(root, 'c.yml'),
      'services: { web: { image: "web:1", volumes: ["./run.sh:/run.sh:ro"] } }\n',
    );
    const to = folder();
    await unpackBundle(await stackFilesOf('platform', stacks, root), to);
    assert.deepEqual(fs.readdirSync(to).sort(), [
      ...['Pulumi.platform.yaml', 'Pulumi.production.yaml', 'Pulumi.staging.yaml', 'c.yml', 'checks', 'run.sh'],
    ]);
    assert.equal(fs.statSync(path.join(to, 'run.sh')).mode & 0o100, 0o100);
    assert.equal(fs.statSync(path.join(to, 'c.yml')).mode & 0o100, 0);
  });

  it('holds no secret: no file of one, and none of a value that is encrypted', async () => {
    const root = checkout({
      'Pulumi.platform.yaml': 'config:\n  sluice:registryPassword: { secure: v1:cipher }\nencryptionsalt: v1:salt\n',
      'Pulumi.staging.yaml': 'config:\n  sluice:compose: c.yml\n',
      'c.yml': 'services:\n  web:\n    image: web:1\n    secrets: [key]\nsecrets:\n  key: { file: key.txt }\n',
      'key.txt': 'hunter2',
    });
    const archive = (await stackFilesOf('platform', stacks, root)).toString('latin1');
    // What opens it is the passphrase, with the salt that it was encrypted with.
    for (const open of ['v1:cipher', 'v1:salt']) assert.ok(archive.includes(open), open);
    for (const secret of ['hunter2', 'key.txt\0']) assert.ok(!archive.includes(secret), secret);
  });

  it('takes the salt alone out of a stack file, and nothing out of others', () => {
    const text = Buffer.from('encryptionsalt: v1:abc\nconfig:\n  sluice:x: encryptionsalt\n');
    assert.equal(withoutSalt('Pulumi.staging.yaml', text).toString(), 'config:\n  sluice:x: encryptionsalt\n');
    assert.equal(withoutSalt('shop/notes.yaml', text), text);
    for (const value of ['\n    secure: v1:z', ' { secure: v1:z }', ' {"secure":"v1:z"}']) {
      const encrypted = Buffer.from(`encryptionsalt: v1:abc\nconfig:\n  sluice:x:${value}\n`);
      assert.equal(withoutSalt('Pulumi.staging.yaml', encrypted), encrypted, value);
    }
    const bytes = Buffer.from([0x89, 0x50, 0xff, 0x00]);
    assert.equal(withoutSalt('picture.png', bytes), bytes);
  });
});

describe('a platform', () => {
  const files = filesOf(sample());
  const production = (files['production'] ?? '').replace('/health', '/ready');
  const changed = { ...files, production, staging: `# a comment\n${files['staging'] ?? ''}` };

  it('declares the same when a gate is another, or a comment', async function () {
    this.timeout(300_000);
    const [before, after] = [await declare(parseFiles(files)), await declare(parseFiles(changed))];
    assert.notEqual(production, files['production']);
    assert.ok(before.recorder.resources.length > 10);
    assert.deepEqual(after.recorder.resources, before.recorder.resources);
    assert.deepEqual(after.outputs, before.outputs);
  });
});
