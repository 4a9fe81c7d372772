import * as assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { knownIds, leftovers, mend, missingContainers, type StackObject } from '../../operations/mend';
import type { DeliveryStack } from '../../operations/pulumi/stack';
import { hasPending } from '../../operations/pulumi/state';
import { LeaseLost } from '../../store/lease/lost';
import { fakeDocker } from '../actions/fake-docker';

const container = (id: string, role = 'release'): StackObject => ({ kind: 'container', id, name: `n-${id}`, role });
const now = new Date('2026-01-02T03:04:05Z');
const network = (id: string): StackObject => ({ kind: 'network', id, name: `n-${id}`, role: 'network' });

describe('leftovers of a killed run', () => {
  it('are what no state knows, containers before networks', () => {
    assert.deepEqual(leftovers([network('1'), container('2'), container('3')], new Set(['3']), now), [
      container('2'),
      network('1'),
    ]);
  });

  it('hold a check only when it has ended and nobody has come for its evidence', () => {
    const ended = (id: string, seconds: number): StackObject => ({
      ...container(id, 'check'),
      restsSince: new Date(now.getTime() - seconds * 1000),
    });
    const running = container('1', 'check');
    assert.deepEqual(leftovers([running, ended('2', 119), ended('3', 121)], new Set(), now), [ended('3', 121)]);
  });

  it('never hold anything that the state knows', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.stringMatching(/^[0-9a-f]{1,12}$/)), fc.func(fc.boolean()), (ids, isKnown) => {
        const known = new Set(ids.filter((id) => isKnown(id)));
        for (const { id } of leftovers(
          ids.map((id) => container(id)),
          known,
          now,
        ))
          assert.ok(!known.has(id));
      }),
    );
  });
});

describe('what a killed run has left', () => {
  const left = {
    ...{ Id: 'f00', Name: '/sluice-staging-x', Created: '2026-01-01T00:00:00Z', Config: { Labels: {} } },
    State: { Running: true, FinishedAt: '0001-01-01T00:00:00Z' },
  };

  /** @param check what the lease says @returns what was removed, whether nobody else could be at work then, and how it ended */
  async function sweep(check: () => Promise<void>) {
    const docker = fakeDocker([
      { part: 'ps -aq', stdout: 'f00\n' },
      { part: 'container inspect', stdout: JSON.stringify([left]) },
    ]);
    let isAlone = false;
    const stack = {
      ...{ name: 'staging', check },
      export: () => Promise.resolve({ version: 3, deployment: {} }),
      alone: async (work: () => Promise<unknown>) => {
        isAlone = true;
        return work().finally(() => (isAlone = false));
      },
    } as unknown as DeliveryStack;
    const alone: boolean[] = [];
    const error = await mend(stack, 'sluice', () => alone.push(isAlone)).then(
      () => undefined,
      (problem: unknown) => problem,
    );
    const removed = docker.calls().flatMap(({ args }) => (args[0] === 'rm' ? [args.join(' ')] : []));
    docker.restore();
    return { alone, removed, error };
  }

  it('is removed while nobody else can be making it', async () => {
    const { alone, removed } = await sweep(() => Promise.resolve());
    assert.deepEqual(alone, [true]);
    assert.deepEqual(removed, ['rm --force --volumes f00']);
  });

  it('is left alone by a run that has lost its lease: whoever has it may be making it', async () => {
    const { removed, error } = await sweep(() => Promise.reject(new LeaseLost('staging was taken over', 'look')));
    assert.ok(error instanceof LeaseLost, String(error));
    assert.deepEqual(removed, []);
  });
});

describe('a state', () => {
  const deployment = (value: unknown) => ({ version: 3, deployment: value });
  it('tells ids of containers and networks, and broken-off operations', () => {
    const [container, network, volume] = ['container:Container', 'network:Network', 'volume:Volume'].map(
      (type) => `docker:index/${type}`,
    );
    const resources = [
      { type: container, id: 'a' },
      { type: container, urn: 'x' },
      { type: network, id: 'b' },
      { type: network, id: '' },
      // Its id is its name, which a container that nobody knows may share.
      { type: volume, id: 'sluice-ledger' },
    ];
    assert.deepEqual([...knownIds(deployment({ resources }))], ['a', 'b']);
    assert.equal(hasPending(deployment({ pending_operations: [{}] })), true);
    assert.equal(hasPending(deployment({})), false);
    assert.equal(knownIds(deployment({})).size, 0);
  });
});

describe('what does not run', () => {
  const type = 'docker:index/container:Container';
  const edge = [{ label: 'sluice.role', value: 'edge' }];
  const resources = [
    { type: 'pulumi:pulumi:Stack', outputs: { deployed: { containers: { discounts: 'n-a', frontend: 'n-b' } } } },
    { type, id: 'a', inputs: { name: 'n-a' } },
    { type, id: 'b', inputs: { name: 'n-b' } },
    { type, id: 'c', inputs: { name: 'n-c', labels: edge } },
    // It did badly, and was set aside.
    { type, id: 'd', inputs: { name: 'n-d' } },
    { type, id: '', inputs: { name: 'n-b' } },
    { type: 'docker:index/network:Network', id: 'e', inputs: { name: 'n-a' } },
  ];
  const of = (...all: unknown[]) => ({ version: 3, deployment: { resources: all } });

  it('is an edge, or what was deployed, that the engine has not, or has as ended', () => {
    const found = [container('a'), { ...container('b'), restsSince: now }];
    assert.deepEqual(missingContainers(of(...resources), found), ['n-b', 'n-c']);
    assert.deepEqual(
      missingContainers(
        of(...resources),
        ['a', 'b', 'c'].map((id) => container(id)),
      ),
      [],
    );
  });

  it('is nothing but edges of a stack that has deployed nothing', () => {
    assert.deepEqual(missingContainers(of(...resources.slice(1)), []), ['n-c']);
    const waiting = { type: 'pulumi:pulumi:Stack', outputs: { deployed: null } };
    assert.deepEqual(missingContainers(of(waiting, ...resources.slice(1)), []), ['n-c']);
    assert.deepEqual(missingContainers(of(), []), []);
  });
});
