import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { forget } from '../../toolchain';
import { fakeDocker, type FakeDocker } from '../actions/fake-docker';
import { temporaryFolders } from './temporary';

describe('forget', () => {
  const folder = temporaryFolders();
  let engine: FakeDocker | undefined;
  let before: string | undefined;
  beforeEach(() => {
    before = process.env['SLUICE_CACHE'];
    process.env['SLUICE_CACHE'] = path.join(folder(), 'cache');
  });
  afterEach(() => {
    engine?.restore();
    if (before === undefined) delete process.env['SLUICE_CACHE'];
    else process.env['SLUICE_CACHE'] = before;
  });
  const removed = (): (string | undefined)[] =>
    (engine?.calls() ?? []).filter(({ args }) => args[0] === 'rmi').map(({ args }) => args.at(-1));

  it('removes the images that the toolchain named or pulled, and none that inherited its label', async () => {
    engine = fakeDocker([
      {
        part: 'image ls',
        stdout: [
          'localhost:5500/discounts:4c2826a6',
          'sluice/node:22.23.3-9bd758c1931e',
          'sluice/tools:<none>',
          '<none>:<none>',
          'shop/sluice/node:1',
          '',
        ].join('\n'),
      },
    ]);
    const cache = process.env['SLUICE_CACHE'] ?? '';
    fs.mkdirSync(cache);
    fs.writeFileSync(path.join(cache, 'pulled.json'), '["drone/git:1.2.1"]');
    assert.deepEqual(await forget(), []);
    assert.deepEqual(removed(), ['sluice/node:22.23.3-9bd758c1931e', 'drone/git:1.2.1']);
    assert.equal(fs.existsSync(cache), false);
  });

  it('prunes nameless images of its own builds only', async () => {
    engine = fakeDocker([]);
    await forget();
    assert.deepEqual(
      engine
        .calls()
        .map(({ args }) => args.join(' '))
        .filter((call) => call.startsWith('image prune')),
      ['sluice.toolchain', 'sluice.item'].map(
        (label) => `image prune --force --filter label=${label} --filter label!=sluice.instance`,
      ),
    );
  });

  it('says what it had to leave, and not what was gone already', async () => {
    engine = fakeDocker([
      { part: 'image ls', stdout: 'sluice/edge:debian-1\nsluice/node:22-1\n' },
      { part: 'rmi sluice/edge', code: 1, stderr: 'image is being used by running container 1a2b\n' },
      { part: 'rmi sluice/node', code: 1, stderr: 'Error: No such image: sluice/node:22-1\n' },
    ]);
    assert.deepEqual(await forget(), ['sluice/edge:debian-1: image is being used by running container 1a2b']);
  });
});
