import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { UserError } from '../../base/errors';
import { configRoot, projectRoot } from '../../base/paths';
import { readStacks } from '../../config/stacks';
import { recordStackFiles, refuseWithoutFiles, useRecordedFiles } from '../../operations/stack-files';
import { stackFilesOf } from '../../stacks/stack-files';
import { bundleName } from '../../store/bundle/record';
import { sha256 } from '../../store/ledger/hash';
import { entryName } from '../../store/ledger/names';
import { assertTold, tells } from '../errors/told';
import type { SituationName } from '../errors/table';
import { access, storeHome } from '../targets/store-home';

describe('the stack files of a pipeline', () => {
  const home = storeHome();
  const notes: string[] = [];
  beforeEach(() => {
    notes.length = 0;
    delete process.env['SLUICE_CONFIG'];
  });

  const stacks = readStacks();
  const use = (pause = () => Promise.resolve()) =>
    useRecordedFiles('platform', access, (line) => notes.push(line), pause);
  const record = () => recordStackFiles('platform', stacks, access);
  const objects = () =>
    fs
      .readdirSync(home.store.place, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => path.relative(home.store.place, path.join(entry.parentPath, entry.name)))
      .sort();

  /** Fails, with exit code 1, as the table says. */
  const refused = (name: SituationName) =>
    assert.rejects(use(), (error) => {
      assert.ok(error instanceof UserError && error.exitCode === 1, String(error));
      assertTold(name, error);
      return true;
    });

  it('are those that the last "up" has recorded, in a folder that is this process’s alone', async () => {
    await record();
    await use();
    const root = configRoot();
    assert.notEqual(root, projectRoot);
    assert.equal(fs.statSync(root).mode & 0o777, 0o700);
    assert.deepEqual(readStacks(), stacks);
    assert.deepEqual(await stackFilesOf('platform', stacks), await stackFilesOf('platform', stacks, projectRoot));
    assert.match(notes.join(), /^platform: stack files of 20\d\d-.*Z, by .+@.+$/);
  });

  it('are others once others were recorded, and read once while they stay the same', async () => {
    await record();
    await use();
    const root = configRoot();
    await use();
    assert.deepEqual([configRoot(), notes.length], [root, 1]);
    await recordStackFiles('platform', stacks.slice(0, 2), access);
    await use();
    assert.notEqual(configRoot(), root);
    assert.equal(notes.length, 2);
  });

  it('are one object by its hash, and one record, however often they are recorded', async () => {
    await record();
    await record();
    const name = bundleName(sha256(await stackFilesOf('platform', stacks)));
    assert.deepEqual(objects(), [name, entryName('platform', 1)]);
  });

  it('are waited for, when a pipeline starts before the first "up" has recorded them', async () => {
    let pauses = 0;
    await use(async () => {
      pauses += 1;
      if (pauses === 2) await record();
    });
    assert.equal(pauses, 2);
    assert.equal(notes.length, 2);
    assert.match(notes[0] ?? '', /no stack files on record yet/);
  });

  it('are refused when none are on record', () => refused('noFilesOnRecord'));

  it('are refused when they are missing, or are others than their name says', async () => {
    await record();
    const file = path.join(home.store.place, bundleName(sha256(await stackFilesOf('platform', stacks))));
    fs.writeFileSync(file, 'forged');
    await refused('filesChanged');
    fs.rmSync(file);
    await refused('filesMissing');
    assert.equal(process.env['SLUICE_CONFIG'], undefined);
  });

  it('are refused when another one has recorded some, with another key', async () => {
    await record();
    await recordStackFiles('platform', stacks.slice(0, 2), { ...access, key: 'f'.repeat(43) });
    await refused('filesNotSound');
  });

  it('are in the state where no store can be', async () => {
    const elsewhere = { ...access, onMachines: true } as const;
    const take = () => useRecordedFiles('platform', elsewhere, (line) => notes.push(line));
    home.publish('platform', {});
    await assert.rejects(take(), /no stack files of platform are on record in its state/);
    const archive = await stackFilesOf('platform', stacks);
    await recordStackFiles('platform', stacks, elsewhere);
    home.publish('platform', { stackFiles: archive.toString('base64') });
    await take();
    assert.deepEqual(readStacks(), stacks);
    assert.ok(!fs.existsSync(home.store.place));
  });

  it('have to be named in the image, which has none of its own', () => {
    assert.throws(() => {
      refuseWithoutFiles(true, projectRoot);
    }, tells('imageWithoutFiles'));
    refuseWithoutFiles(true, '/srv/shop');
    refuseWithoutFiles(false, projectRoot);
  });
});
