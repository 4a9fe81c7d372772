import * as assert from 'node:assert/strict';
import { pushersOf, questionsOf, refuseUncomparable } from '../../cli/approve/four-eyes';
import type { Platform } from '../../operations/platform';
import { NotTold } from '../../clients/git-host/not-told';
import { ancestorsLabel } from '../../releases/names';
import { isEnvironment, type EnvironmentFile } from '../../config/stack';
import { readStacks } from '../../config/stacks';
import { fakeServers, restoreFetch, type FakeRoutes } from '../clients/fake-server';
import { tells } from '../errors/told';
import { candidate } from '../releases/fixtures';

const production = readStacks()
  .filter(isEnvironment)
  .find(({ name }) => name === 'production') as EnvironmentFile;
const [a, b] = [candidate('a'), candidate('b')];
const revision = (character: string) => character.repeat(40);
const repositories = { discounts: { cloneUrl: 'http://localhost:3000/sluice/discounts.git', webUrl: '' } };
const published =
  (gitHost: object = { kind: 'gitea', url: 'http://p', stepsUrl: 'http://g', container: 'c' }) =>
  () =>
    Promise.resolve({
      registry: { url: 'http://localhost:5500' },
      registryLogins: { pull: { username: 'a', password: 'b' } },
      ...{ gitHost, repositories, drone: { url: 'http://d' }, droneLogin: { token: 't' } },
    } as unknown as Platform);

/** Ann has pushed the commit of b on top of that of a. */
function server(more: FakeRoutes = {}): void {
  const repository = 'GET g/api/v1/repos/sluice/discounts';
  const [pages, slim] = ['limit=50&page=1', 'stat=false&verification=false&files=false'];
  const content = JSON.stringify({ Commits: [{ Sha1: revision('b') }], HeadCommit: { Sha1: revision('b') }, Len: 1 });
  const pushed = { op_type: 'commit_repo', act_user: { login: 'Ann' }, ref_name: 'refs/heads/main', content };
  fakeServers({
    [`${repository}/commits?sha=${revision('a')}&not=${revision('a')}&${pages}`]: { json: [] },
    [`${repository}/commits?sha=${revision('b')}&not=${revision('a')}&${slim}&${pages}`]: {
      json: [{ sha: revision('b') }],
    },
    [`${repository}/commits?sha=${revision('b')}&not=${revision('a')}&${slim}&limit=50&page=2`]: { json: [] },
    [`${repository}/pulls?state=closed&${pages}`]: { json: [] },
    [`${repository}/activities/feeds?${pages}`]: { json: [{ id: 1, ...pushed }] },
    [`${repository}/activities/feeds?limit=50&page=2`]: { json: [] },
    ...Object.fromEntries(['ann', 'bob'].map((login) => [`GET g/api/v1/users/${login}?page=1`, { json: { login } }])),
    ...more,
  });
}

describe('SelfApproval: who has pushed what is to be approved', () => {
  afterEach(restoreFetch);

  it('is told of somebody who has pushed nothing of it, with whoever has', async () => {
    server();
    assert.deepEqual(await pushersOf(production, 'drone:bob', b, a, published()), ['drone:Ann']);
  });

  it('does not approve it', async () => {
    server();
    await assert.rejects(pushersOf(production, 'drone:ann', b, a, published()), tells('approvalOfOwn'));
  });

  it('Renamed: nor does an account that had another name when it signed in to Drone', async () => {
    server({ 'GET g/api/v1/users/former?page=1': { json: { login: 'ann' } } });
    await assert.rejects(pushersOf(production, 'drone:former', b, a, published()), tells('approvalOfOwn'));
  });

  it('nor does anybody where it can’t be told', async () => {
    const refused = async (person = 'drone:bob', from = published()) =>
      assert.rejects(pushersOf(production, person, b, a, from), tells('pushersNotTold'));
    server();
    await refused('drone:gone');
    await refused('drone:bob', published({ kind: 'gitea', url: 'http://p', container: 'c' }));
    await refused('drone:bob', published({ kind: 'forge', url: 'http://p', stepsUrl: 'http://g', container: 'c' }));
    await assert.rejects(
      pushersOf(production, 'drone:bob', b, a, () => Promise.resolve(undefined)),
      tells('pushersNotTold'),
    );
    globalThis.fetch = () => Promise.reject(new Error('ECONNREFUSED'));
    await refused();
  });

  it('is not asked of a user of the machine, whom no git host knows', () => {
    assert.throws(() => refuseUncomparable('production', 'os:ann@laptop'), tells('fourEyesAtTerminal'));
    assert.doesNotThrow(() => refuseUncomparable('production', 'drone:ann'));
  });
});

describe('what is asked of the record of pushes', () => {
  const labels = {
    [a['discounts']!.digest]: 'a0 a1',
    [b['discounts']!.digest]: `${revision('a').slice(0, 12)} x a0 a1`,
  };
  const questions = (running?: typeof a, offered = b, told: Record<string, string> = labels) =>
    questionsOf(production, repositories, offered, running, ({ digest }) => {
      const text = told[digest];
      return Promise.resolve<Record<string, string>>(text === undefined ? {} : { [ancestorsLabel]: text });
    });

  it('is of each service of which something new is offered', async () => {
    const [question, ...others] = questions(a);
    const { fromImages, ...asked } = question!;
    assert.deepEqual(asked, {
      ...{ slug: 'sluice/discounts', branch: 'main' },
      ...{ offeredCommit: revision('b'), runningCommit: revision('a') },
    });
    assert.deepEqual(others, []);
    assert.deepEqual([...(await fromImages())], [revision('b').slice(0, 12), 'x']);
    assert.deepEqual(questions(b), []);
  });

  it('is of all commits that the image knows where nothing runs, and of none that an image does not tell', async () => {
    const [question] = questions();
    assert.equal(question?.runningCommit, undefined);
    assert.equal((await question!.fromImages()).size, 5);
    await assert.rejects(questions(undefined, b, {})[0]!.fromImages(), NotTold);
  });

  it('is of images that name their commits, and of repositories that the platform has', () => {
    const nameless = { discounts: { ...b['discounts']!, revision: '' } };
    assert.throws(() => questions(a, nameless), NotTold);
    assert.throws(() => questionsOf(production, {}, b, a, () => Promise.resolve({})), NotTold);
  });
});
