import assert from 'node:assert/strict';
import { runBuild } from '../../../pipelines/steps/build';
import { ancestorsIn, cameBefore } from '../../../pipelines/steps/commit';
import { commitTime, environment, fakeDocker, subject, workspace, Workspace } from './recording';

describe('step build', () => {
  let place: Workspace;
  beforeEach(() => void (place = workspace()));
  afterEach(() => place.remove());

  it('names the image by its commit and labels it with where it comes from', async () => {
    const docker = fakeDocker(() => ({ lines: ['#1 done'] }));
    assert.equal(await runBuild(environment, place, docker.call), 0);
    const tag = `localhost:5500/discounts:${place.commit}`;
    assert.deepEqual(docker.calls[1]?.args, [
      ...['build', '--progress', 'plain', '--load', '--tag', tag],
      ...['--label', 'sluice.instance=sluice'],
      ...['--label', `org.opencontainers.image.revision=${place.commit}`],
      ...['--label', `org.opencontainers.image.created=${commitTime}`],
      ...['--label', 'org.opencontainers.image.source=http://localhost:3000/sluice/discounts'],
      ...['--label', `sluice.commit.message=${subject}`],
      ...['--label', 'sluice.commit.ancestors='],
      ...['--build-arg', 'BASE_IMAGE=sluice/node:22'],
      ...['--file', `${place.workspace}/Dockerfile`, place.workspace],
    ]);
    assert.deepEqual(place.log, [`Building ${tag}`, '#1 done', `Built ${tag}.`]);
  });

  it('names and labels the image with the tag of the run, where it has one', async () => {
    const docker = fakeDocker(() => ({}));
    assert.equal(await runBuild({ ...environment, SLUICE_TAG: '1.4.2' }, place, docker.call), 0);
    const args = docker.calls[1]?.args ?? [];
    assert.equal(args[args.indexOf('--tag') + 1], `localhost:5500/discounts:${place.commit}-1.4.2`);
    assert.ok(args.includes('sluice.tag=1.4.2'));
  });

  it('tells of the last 400 commits before its own, the latest first', async () => {
    const ids = [place.commit, place.commitLater(), place.commitLater()].map((id) => id.slice(0, 12));
    assert.equal(await ancestorsIn(place.workspace), `${ids[1]} ${ids[0]}`);
    const told = Array.from({ length: 399 }, () => place.commitLater()).slice(0, -1);
    const all = [...ids, ...told.map((id) => id.slice(0, 12))].reverse();
    assert.deepEqual((await ancestorsIn(place.workspace)).split(' '), all.slice(0, 400));
    assert.deepEqual(
      [...ids.slice(1), 'c0ffee'].map((id) => cameBefore(id, all.slice(0, 400).join(' '))),
      [true, true, false],
    );
    assert.ok(!cameBefore(place.commit, all.slice(0, 400).join(' ')));
  }).timeout(30_000);

  it('ends with 1 when the image can not be built', async () => {
    const docker = fakeDocker((args) => ({ code: args[0] === 'build' ? 1 : 0 }));
    assert.equal(await runBuild(environment, place, docker.call), 1);
    assert.deepEqual(place.log.slice(-2), [
      'The image of discounts could not be built; the reason is above. Nothing was pushed or deployed.',
      'next: docker build .  shows the same at your desk; mend it, commit and push.',
    ]);
    assert.equal(docker.calls.length, 2);
  });
});
