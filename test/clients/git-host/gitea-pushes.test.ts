import * as assert from 'node:assert/strict';
import { pushersAtGitea, readContent } from '../../../clients/git-host/gitea-pushes';
import { NotTold } from '../../../clients/git-host/not-told';
import { GitHostReader } from '../../../clients/git-host/reader';
import { fakeServers, lines, restoreFetch, type FakeRoutes } from '../fake-server';

const repository = 'g/api/v1/repos/sluice/discounts';
const slim = 'stat=false&verification=false&files=false';
const page = 'limit=50&page=1';
const sources = { gitHost: new GitHostReader('http://g'), drone: [] };
const question = {
  ...{ slug: 'sluice/discounts', branch: 'main', offeredCommit: 'c', runningCommit: 'a' as string | undefined },
  fromImages: () => Promise.reject(new Error('the images are not asked')),
};
const list = (entries: readonly unknown[]) => ({
  json: entries,
  headers: [['x-total-count', String(entries.length)]] as [string, string][],
});
const commits = (...ids: string[]) => list(ids.map((sha) => ({ sha })));

/** A push as Gitea 1.26.2 tells it: at most five commits, newest first. */
function activity(id: number, login: string, ref: string, pushed: readonly string[], more = 0) {
  const all = pushed.map((Sha1) => ({ Sha1, Message: 'm', AuthorName: 'Eve' }));
  const content = JSON.stringify({ Commits: all, HeadCommit: all[0], CompareURL: '', Len: all.length + more });
  return { id, op_type: 'commit_repo', act_user: { login }, ref_name: `refs/heads/${ref}`, content };
}

function server(activities: readonly unknown[], more: FakeRoutes = {}) {
  return fakeServers({
    [`GET ${repository}/commits?sha=a&not=a&${page}`]: list([]),
    [`GET ${repository}/commits?sha=c&not=a&${slim}&${page}`]: commits('c', 'b'),
    [`GET ${repository}/pulls?state=closed&${page}`]: list([]),
    [`GET ${repository}/activities/feeds?${page}`]: list(activities),
    ...more,
  });
}

describe('pushers at Gitea', () => {
  afterEach(restoreFetch);

  it('are those of the pushes of what is new, whoever the commits say they are by', async () => {
    const seen = server([
      activity(3, 'bob', 'main', ['c']),
      { ...activity(4, 'eve', 'main', []), op_type: 'merge_pull_request', content: '1|title' },
      activity(2, 'ann', 'main', ['b']),
      activity(1, 'maintainer', 'main', ['a']),
    ]);
    assert.deepEqual(await pushersAtGitea(question, sources), ['ann', 'bob']);
    assert.ok(lines(seen).every((line) => line.startsWith('GET ')));
  });

  it('are all who have ever pushed it where nothing runs, or what runs is gone', async () => {
    const all = [activity(2, 'bob', 'main', ['c', 'b']), activity(1, 'ann', 'main', ['a'])];
    for (const runningCommit of [undefined, 'gone']) {
      server(all, { [`GET ${repository}/commits?sha=c&${slim}&${page}`]: commits('c', 'b', 'a') });
      assert.deepEqual(await pushersAtGitea({ ...question, runningCommit }, sources), ['ann', 'bob']);
    }
  });

  it('are found among more commits than a push names', async () => {
    const more = { [`GET ${repository}/commits?sha=f9&not=a&${slim}&${page}`]: commits('f9', 'f8', 'b') };
    const pushes = [activity(1, 'ann', 'feature', ['f9', 'f8'], 8), activity(2, 'bob', 'main', ['c', 'b'])];
    server(pushes, more);
    assert.deepEqual(await pushersAtGitea(question, sources), ['ann', 'bob']);
    // What was pushed there is gone: it may have been that.
    server(pushes);
    assert.deepEqual(await pushersAtGitea(question, sources), ['ann', 'bob']);
  });

  it('LongMessage: include whoever has pushed what Gitea does not tell because it is too long', async () => {
    server([{ ...activity(1, 'ann', 'feature', []), content: '{}' }, activity(2, 'bob', 'main', ['c', 'b'])]);
    assert.deepEqual(await pushersAtGitea(question, sources), ['ann', 'bob']);
  });

  it('Squashed: include whoever has opened a pull request that was merged by a new commit, and who pushed to it', async () => {
    const pull = { number: 7, merged: true, merge_commit_sha: 'c', user: { login: 'carl' } };
    server(
      [activity(1, 'ann', 'feature', ['x']), activity(2, 'bob', 'main', ['b']), activity(3, 'bob', 'main', ['c'])],
      {
        [`GET ${repository}/pulls?state=closed&${page}`]: list([pull, { ...pull, number: 6, merge_commit_sha: 'z' }]),
        [`GET ${repository}/pulls/7/commits?verification=false&files=false&${page}`]: commits('x'),
      },
    );
    assert.deepEqual(await pushersAtGitea(question, sources), ['bob', 'ann', 'carl']);
  });

  for (const [what, activities, more] of [
    ['a commit came with no push on record', [activity(1, 'bob', 'main', ['c'])], {}],
    ['the git host shows no activity', [], { [`GET ${repository}/activities/feeds?${page}`]: { status: 404 } }],
    ['it answers with an error', [], { [`GET ${repository}/activities/feeds?${page}`]: { status: 500 } }],
    [
      'the list has changed while it was read',
      [],
      { [`GET ${repository}/activities/feeds?${page}`]: { json: [], headers: [['x-total-count', '3']] } },
    ],
    ['the commit is gone', [], { [`GET ${repository}/commits?sha=c&not=a&${slim}&${page}`]: { status: 404 } }],
  ] as [string, unknown[], FakeRoutes][]) {
    it(`can’t be told when ${what}`, async () => {
      server(activities, more);
      await assert.rejects(pushersAtGitea(question, sources), NotTold);
    });
  }

  it('can’t be told when nobody answers', async () => {
    globalThis.fetch = () => Promise.reject(new Error('ECONNREFUSED'));
    await assert.rejects(pushersAtGitea(question, sources), /the git host does not answer/);
  });

  it('are read page by page', async () => {
    const old = Array.from({ length: 50 }, (_, index) => activity(100 - index, 'bob', 'main', [`m${index}`]));
    const headers: [string, string][] = [['x-total-count', '51']];
    server([], {
      [`GET ${repository}/activities/feeds?limit=50&page=1`]: { json: old, headers },
      [`GET ${repository}/activities/feeds?limit=50&page=2`]: {
        json: [activity(1, 'ann', 'main', ['c', 'b'])],
        headers,
      },
    });
    assert.deepEqual(await pushersAtGitea(question, sources), ['ann']);
  });

  it('read nothing out of what is no push', () => {
    for (const content of ['{}', '1|title', 'null', '[]', '{"Commits":null,"Len":0}'])
      assert.deepEqual(readContent(content), { head: undefined, listed: [], isWhole: false }, content);
  });
});

describe('an account at the git host', () => {
  afterEach(restoreFetch);

  it('is told by the name that it has now', async () => {
    fakeServers({ 'GET g/api/v1/users/ann?page=1': { json: { login: 'ann2' } } });
    assert.equal(await sources.gitHost.account('ann'), 'ann2');
    assert.equal(await sources.gitHost.account('nobody'), undefined);
  });
});
