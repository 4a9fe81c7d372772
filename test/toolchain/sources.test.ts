import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { Sources, sourceWish, type UpstreamName } from '../../toolchain/sources';
import { temporaryFolders } from './temporary';

describe('Sources', () => {
  const folder = temporaryFolders();
  const hour = 3600_000;

  it('asks an upstream once and remembers for a day', async () => {
    const file = path.join(folder(), 'deep', 'sources.json');
    const asked: UpstreamName[] = [];
    let now = 0;
    const open = (): Sources =>
      new Sources(
        file,
        'auto',
        (name) => {
          asked.push(name);
          return Promise.resolve(name === 'images');
        },
        () => now,
      );
    assert.equal(open().recorded('images'), undefined);
    assert.equal(await open().of('images'), 'upstream');
    assert.equal(await open().of('pulumi'), 'registries');
    now = 23 * hour;
    assert.equal(await open().of('images'), 'upstream');
    assert.equal(open().recorded('pulumi'), 'registries');
    assert.deepEqual(asked, ['images', 'pulumi']);
    now = 25 * hour;
    assert.equal(await open().of('pulumi'), 'registries');
    assert.deepEqual(asked, ['images', 'pulumi', 'pulumi']);
  });

  it("takes the person's word and asks nobody", async () => {
    const nobody = (): Promise<boolean> => assert.fail('asked');
    assert.equal(await new Sources('/nowhere', 'registries', nobody).of('images'), 'registries');
    assert.equal(await new Sources('/nowhere', 'upstream', nobody).of('pulumi'), 'upstream');
  });

  it('survives an answer file that is cut off', async () => {
    const file = path.join(folder(), 'sources.json');
    fs.writeFileSync(file, '{"images":');
    assert.equal(await new Sources(file, 'auto', () => Promise.resolve(true)).of('images'), 'upstream');
  });

  it('reads SLUICE_SOURCE', () => {
    assert.equal(sourceWish({}), 'auto');
    assert.equal(sourceWish({ SLUICE_SOURCE: 'registries' }), 'registries');
    assert.equal(sourceWish({ SLUICE_SOURCE: 'upstream' }), 'upstream');
    assert.throws(() => sourceWish({ SLUICE_SOURCE: 'registrie' }), {
      message: 'SLUICE_SOURCE is "registrie"; did you mean "registries"?',
      next: 'one of: auto, upstream, registries',
    });
  });
});
