import * as assert from 'node:assert/strict';
import type { DroneBuild } from '../../../clients/drone/client';
import { moversOf, pushersAtGogs } from '../../../clients/git-host/gogs-pushes';
import { NotTold } from '../../../clients/git-host/not-told';
import { pusherSearchOf } from '../../../clients/git-host/pushes';
import { GitHostReader } from '../../../clients/git-host/reader';
import { fakeServers, restoreFetch } from '../fake-server';

const zero = '0'.repeat(40);
const build = (number: number, sender: string, before: string, after: string, more: Partial<DroneBuild> = {}) =>
  ({
    ...{ number, sender, before, after, status: 'success', event: 'push', trigger: '@hook', target: 'main' },
    ...{ ref: 'refs/heads/main', started: 1, finished: 2 },
    ...more,
  }) as DroneBuild;
const main = [build(1, 'maintainer', zero, 'a'), build(2, 'ann', 'a', 'b'), build(3, 'bob', 'b', 'c')];
const movers = (running: string | undefined, builds = main) => moversOf(builds, 'refs/heads/main', 'c', running);
const ask = (builds: readonly DroneBuild[], runningCommit: string | undefined, fresh: readonly string[] = ['b', 'c']) =>
  pushersAtGogs(
    {
      slug: 'sluice/discounts',
      branch: 'main',
      offeredCommit: 'c',
      runningCommit,
      fromImages: () => Promise.resolve(new Set(fresh)),
    },
    {
      gitHost: new GitHostReader('http://g'),
      drone: [
        { buildsPage: () => Promise.reject(new Error('not from here')) },
        { buildsPage: (_slug, page) => Promise.resolve(page === 1 ? [...builds].reverse() : []) },
      ],
    },
  );

describe('pushers at Gogs, as Drone has recorded them', () => {
  beforeEach(() => {
    const known = ['ann', 'bob', 'carl', 'maintainer'].map((login) => [
      `GET g/api/v1/users/${login}?page=1`,
      { json: { login } },
    ]);
    fakeServers(Object.fromEntries(known) as Record<string, { json: unknown }>);
  });
  afterEach(restoreFetch);

  it('are those who have moved the delivered branch from what runs to what is offered', () => {
    assert.deepEqual(movers('a'), ['ann', 'bob']);
    assert.deepEqual(movers('b'), ['bob']);
    assert.deepEqual(movers(undefined), ['maintainer', 'ann', 'bob']);
  });

  it('are those of the last move to a commit where the branch was there before', () => {
    const back = [...main, build(4, 'carl', 'c', 'a'), build(5, 'ann', 'a', 'c')];
    assert.deepEqual(movers('a', back), ['ann']);
  });

  it('SkippedBuild: can’t be told when a move makes no build', () => {
    for (const missing of [1, 2])
      assert.throws(
        () =>
          movers(
            'a',
            main.filter((_, index) => index !== missing),
          ),
        NotTold,
      );
    assert.throws(() => movers('elsewhere'), NotTold);
    assert.throws(() => movers('b', [build(1, '', 'b', 'c')]), NotTold);
  });

  it('are also those who were first to push a commit of it to another branch', async () => {
    const branch = { ref: 'refs/heads/feature', target: 'feature' };
    const builds = [main[0]!, build(4, 'carl', zero, 'b', branch), build(5, 'bob', 'a', 'c')];
    assert.deepEqual(await ask(builds, 'a'), ['bob', 'carl']);
    // A branch that begins at what is there already is nobody's push of it.
    assert.deepEqual(await ask([...main, build(4, 'carl', zero, 'c', branch)], 'b', ['c']), ['bob']);
  });

  it('are not those who start builds again or promote them', async () => {
    const more = [build(4, 'carl', 'b', 'c', { trigger: 'carl' }), build(5, 'carl', 'b', 'c', { event: 'promote' })];
    assert.deepEqual(await ask([...main, ...more], 'b', ['c']), ['bob']);
  });

  it('Renamed: can’t be told when one of them has no such account any more', async () => {
    const builds = [...main.slice(0, 2), build(3, 'former', 'b', 'c')];
    await assert.rejects(ask(builds, 'b'), /former has pushed some of it, and has no account/);
  });
});

it('of another kind of git host nobody knows who has pushed', () => {
  assert.throws(() => pusherSearchOf('forge'), NotTold);
});
