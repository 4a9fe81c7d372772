import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
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
    const second = place.commitLater();
    assert.equal(await ancestorsIn(place.workspace), place.commit.slice(0, 12));
    const later = commitMany(place.workspace, second, 402);
    const told = later.slice(1, -1).map((id) => id.slice(0, 12));
    assert.deepEqual((await ancestorsIn(place.workspace)).split(' '), told.reverse());
    assert.equal(told.length, 400);
    // Neither its own, nor one that is forgotten.
    const [forgotten = '', first = ''] = later;
    const asked = [first, forgotten, second, later.at(-1) ?? '', 'c0ffee'];
    assert.deepEqual(
      asked.map((id) => cameBefore(id, told.join(' '))),
      [true, false, false, false, false],
    );
    assert.ok(!cameBefore(first, undefined) && !cameBefore(first, ''));
  });

  it('ends with 1 when the image can not be built', async () => {
    const docker = fakeDocker((args) => ({ code: args[0] === 'build' ? 1 : 0 }));
    assert.equal(await runBuild(environment, place, docker.call), 1);
    assert.deepEqual(place.log.slice(-2), [
      'The image of discounts could not be built; the reason is above. Nothing was pushed or deployed.',
      '  next: docker build .  shows the same at your desk; mend it, commit and push.',
    ]);
    assert.equal(docker.calls.length, 2);
  });
});

/** Commits many times after one, at once, and checks the last one out. @returns their ids */
function commitMany(folder: string, from: string, count: number): string[] {
  const commits = Array.from(
    { length: count },
    (_, index) =>
      `commit refs/heads/many\nmark :${index + 1}\ncommitter Ann <ann@example.org> ${1_800_000_000 + index} +0000\ndata 1\nx\n${index === 0 ? `from ${from}\n` : ''}\n`,
  );
  const git = (args: string[], input = '') => execFileSync('git', ['-C', folder, ...args], { input }).toString();
  git(['fast-import', '--quiet', '--export-marks=.git/many'], commits.join(''));
  git(['checkout', '--quiet', 'many']);
  const marks = readFileSync(`${folder}/.git/many`, 'utf8').trim().split('\n');
  const ids = new Map(marks.map((line) => line.split(' ') as [string, string]));
  return commits.map((_, index) => ids.get(`:${index + 1}`) ?? '');
}
