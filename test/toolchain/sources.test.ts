import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { probeByUsing, Sources, sourceWish, type UpstreamName } from '../../toolchain/sources';
import { fakeDocker } from '../actions/fake-docker';
import { tells } from '../errors/told';
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

  it('asks again when there is another mirror in front of images', async () => {
    const file = path.join(folder(), 'sources.json');
    const asked: string[] = [];
    const open = (mirror: string): Sources => {
      const probe = (name: UpstreamName): Promise<boolean> => {
        asked.push(`${name} ${mirror}`);
        return Promise.resolve(mirror !== '');
      };
      return new Sources(file, 'auto', probe, () => 0, mirror);
    };
    assert.equal(await open('').of('images'), 'registries');
    assert.equal(await open('a.example.com').of('images'), 'upstream');
    assert.equal(open('b.example.com').recorded('images'), undefined);
    assert.equal(await open('').of('images'), 'registries');
    assert.equal(await open('a.example.com').of('pulumi'), 'upstream');
    assert.equal(await open('').of('pulumi'), 'upstream');
    assert.deepEqual(asked, ['images ', 'images a.example.com', 'pulumi a.example.com']);
  });

  describe('with a mirror that gives no images', () => {
    const refused = { part: 'pull', stderr: 'Error response from daemon: no basic auth credentials\n', code: 1 };

    it('does nothing else in silence', async () => {
      const docker = fakeDocker([refused]);
      try {
        await assert.rejects(probeByUsing('images', 'mirror.example.com/hub'), tells('mirrorAway'));
        assert.match(docker.calls()[0]?.args.join(' ') ?? '', /^pull mirror\.example\.com\/hub\/library\/node:/);
      } finally {
        docker.restore();
      }
    });

    it('is no matter where none is named', async () => {
      const docker = fakeDocker([refused]);
      try {
        assert.equal(await probeByUsing('images'), false);
      } finally {
        docker.restore();
      }
    });

    it('is used when it gives them', async () => {
      const docker = fakeDocker([{ part: 'pull', stdout: 'Status: Image is up to date\n' }]);
      try {
        assert.equal(await probeByUsing('images', 'mirror.example.com'), true);
      } finally {
        docker.restore();
      }
    });
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
