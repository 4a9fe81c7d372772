import assert from 'node:assert/strict';
import type { EngineEvent } from '@pulumi/pulumi/automation';
import type { DeliveryStack, Outcome } from '../../operations/pulumi/stack';
import { mendAndUpdate } from '../../operations/update';
import { fakeDocker, type FakeDocker } from '../actions/fake-docker';
import { tells } from '../errors/told';
import { access, storeHome } from '../targets/store-home';

const name = 'sluice-staging-discounts-3f2a91c0d4e5';
const conflict = `Error response from daemon: Conflict. The container name "/${name}" is already in use by container "f00".`;
const holder = JSON.stringify([
  { Name: `/${name}`, Created: '2026-01-01T00:00:00.5Z', Config: { Image: 'nginx:1', Labels: null }, State: {} },
]);
const wanted = {
  sequence: 0,
  timestamp: 0,
  resourcePreEvent: {
    metadata: { op: 'create', type: 'docker:index/container:Container', new: { inputs: { name } } },
  },
} as unknown as EngineEvent;

/** A stack whose updates end so, one after the other. @param resources in its state @param of its name; @default `staging` */
function stackOf(events: EngineEvent[], outcomes: Partial<Outcome>[], resources: unknown[] = [], of = 'staging') {
  let updates = 0;
  const asked: unknown[] = [];
  const stack = {
    name: of,
    check: () => Promise.resolve(),
    alone: (work: () => Promise<unknown>) => work(),
    export: () => Promise.resolve({ version: 3, deployment: { resources } }),
    preview: () => Promise.resolve({ ok: true, changes: {}, errors: [], log: '', text: '', events }),
    up: (o: unknown) =>
      Promise.resolve({ ok: asked.push(o) === 0, changes: {}, errors: [], log: '/log', ...outcomes[updates++] }),
  };
  return { stack: stack as unknown as DeliveryStack, updates: () => updates, asked };
}

describe('an update, and a name that something foreign has', () => {
  let docker: FakeDocker;
  beforeEach(() => {
    docker = fakeDocker([
      { part: 'ps --all --no-trunc', stdout: `f00\t${name}\t\n` },
      { part: 'container inspect', stdout: holder },
    ]);
  });
  afterEach(() => docker.restore());

  it('is refused before it begins', async () => {
    const { stack, updates } = stackOf([wanted], []);
    await assert.rejects(
      mendAndUpdate(stack, 'sluice', () => undefined),
      tells('foreignContainer'),
    );
    assert.equal(updates(), 0);
  });

  it('ends with who has it when it was taken in between, and is not tried once more', async () => {
    const { stack, updates } = stackOf([], [{ errors: [conflict] }]);
    const outcome = await mendAndUpdate(stack, 'sluice', () => undefined);
    const who = `the name ${name} is taken by a container that is not of this Sluice: image nginx:1, since 2026-01-01T00:00:00Z`;
    assert.deepEqual(outcome.errors, [conflict, who]);
    assert.match(outcome.next ?? '', /^if it may go: docker rename /);
    assert.equal(updates(), 1);
  });

  it('is tried once more when what is in the way is ours', async () => {
    docker.restore();
    docker = fakeDocker([{ part: 'ps --all --no-trunc', stdout: `f00\t${name}\tsluice\n` }]);
    const { stack, updates } = stackOf([], [{ errors: [conflict] }, { ok: true }]);
    assert.equal((await mendAndUpdate(stack, 'sluice', () => undefined)).ok, true);
    assert.equal(updates(), 2);
  });
});

describe('an update of an environment in which something does not run', () => {
  const home = storeHome();
  const type = 'docker:index/container:Container';
  const deployed = { containers: { discounts: name } };
  const state = [
    { type: 'pulumi:pulumi:Stack', outputs: { deployed } },
    { type, id: 'f00', inputs: { name } },
  ];
  const run = (
    stdout: string,
    inspected: string,
    outcomes: Partial<Outcome>[],
    of = 'staging',
    more: unknown[] = [],
  ) => {
    const docker = fakeDocker([
      { part: 'ps -aq', stdout },
      { part: 'container inspect', stdout: inspected },
    ]);
    const said: string[] = [];
    const { stack, asked } = stackOf([], outcomes, [...state, ...more], of);
    return mendAndUpdate(stack, 'sluice', (line) => said.push(line))
      .finally(() => docker.restore())
      .then((outcome) => ({ outcome, asked, said }));
  };

  it('puts right what ran last, before anything new is asked about', async () => {
    const { outcome, asked, said } = await run('', '', [{ ok: true }, { ok: false, errors: ['the gate says no'] }]);
    assert.deepEqual(asked, [{ refresh: true, repair: true }, { refresh: true }]);
    assert.deepEqual(outcome.errors, ['the gate says no']);
    assert.deepEqual(said, [`staging: ${name} does not run; first what ran last is put right`]);
  });

  it('goes on when that does not succeed, and says so', async () => {
    const { outcome, said } = await run('', '', [{ errors: ['no such image'] }, { ok: true }]);
    assert.equal(outcome.ok, true);
    assert.equal(said.at(-1), 'staging: that did not succeed: no such image');
  });

  it('is one like any other on a platform, which is asked about nothing new', async () => {
    const { asked, said } = await run('', '', [{ ok: true }], 'platform');
    assert.deepEqual([asked, said], [[{ refresh: true }], []]);
  });

  it('is one like any other where it moves: nothing is put right at a place that it leaves', async () => {
    const inputs = { host: 'ssh://deploy@old:22', sshOpts: '[]' };
    const former = { type: 'pulumi:providers:docker', urn: 'urn:engine', inputs };
    home.publish('platform', { ledgers: access });
    const { asked } = await run('', '', [{ ok: true }], 'staging', [former]);
    assert.deepEqual(asked, [{ refresh: false }]);
  });

  it('is one like any other while everything runs', async () => {
    const running = [
      {
        Id: 'f00',
        Name: `/${name}`,
        Created: '2026-01-01T00:00:00Z',
        Config: { Labels: { 'sluice.role': 'release' } },
        State: { Running: true, FinishedAt: '0001-01-01T00:00:00Z' },
      },
    ];
    const { asked } = await run('f00\n', JSON.stringify(running), [{ ok: true }]);
    assert.deepEqual(asked, [{ refresh: true }]);
  });
});

describe('AgainAfterRefusal: an update that has tested once more what stood refused', () => {
  let docker: FakeDocker;
  beforeEach(() => (docker = fakeDocker([])));
  afterEach(() => docker.restore());
  const update = async (...outcomes: Partial<Outcome>[]) => {
    const notes: string[] = [];
    const { stack, updates } = stackOf([], outcomes);
    const { ok } = await mendAndUpdate(stack, 'sluice', (line) => void notes.push(line));
    return [updates(), ok, notes.filter((line) => line.includes('has passed'))];
  };

  it('is followed by one that takes it, if it has passed', async () => {
    const made = new Set(['retest']);
    const told = ['staging: what stood refused has passed; once more, to take it'];
    assert.deepEqual(await update({ ok: true, made }, { ok: true }), [2, true, told]);
    assert.deepEqual(await update({ ok: true, made }, { ok: false }), [2, false, told]);
  });

  it('is the only one, if not', async () => {
    assert.deepEqual(await update({ ok: false, made: new Set(['retest']) }), [1, false, []]);
    assert.deepEqual(await update({ ok: true, made: new Set(['cutover']) }), [1, true, []]);
    assert.deepEqual(await update({ ok: true }), [1, true, []]);
  });
});
