import { strict as assert } from 'node:assert';
import { once } from 'node:events';
import { underLeases } from '../../../store/lease/hold';
import { leaseOf } from '../../../store/lease/hand-down';
import { LeaseLost } from '../../../store/lease/lost';
import { mute, shortTimes, until, World } from './world';

describe('what is done under leases', function () {
  this.timeout(60_000);
  let world: World;

  beforeEach(() => {
    world = new World();
  });

  afterEach(() => world.end());

  const kinds = async (...environments: string[]): Promise<unknown[]> =>
    Promise.all(environments.map(async (each) => (await world.records(each).newest())?.record?.kind));

  it('has all of them, and gives them back with its result', async () => {
    const variables: NodeJS.ProcessEnv = {};
    const result = await underLeases(
      world.places('staging', 'production'),
      world.request(mute, { variables }),
      async (leases) => {
        assert.deepEqual(await kinds('production', 'staging'), ['take', 'take']);
        return leases.map(({ environment }) => leaseOf(variables, environment));
      },
    );
    assert.equal(new Set(result).size, 2);
    assert.deepEqual(await kinds('production', 'staging'), ['end', 'end']);
    assert.equal(leaseOf(variables, 'staging'), undefined);
  });

  it('gives them back when it fails', async () => {
    const failing = underLeases(world.places('production'), world.request(mute), () => Promise.reject(new Error('no')));
    await assert.rejects(failing, /^Error: no$/);
    assert.deepEqual(await kinds('production'), ['end']);
  });

  it('waits for nobody when it is a part of what has them', async () => {
    const request = world.request(mute, { variables: {} });
    const inner = await underLeases(world.places('production'), request, ([outer]) =>
      underLeases(world.places('production'), request, async ([lease]) => {
        await lease?.check();
        return lease?.owner === outer?.owner;
      }),
    );
    assert.equal(inner, true);
    assert.deepEqual(world.notes, []);
  });

  for (const [end, how] of [
    ['succeeds', () => Promise.resolve()],
    ['fails', () => Promise.reject(new Error('no'))],
  ] as const) {
    it(`did not do all that it should when one was lost, though it ${end}`, async () => {
      const request = world.request({ ...mute, beat: 20 }, { machine: { host: 'elsewhere', pid: 1 } });
      const number = world.newestNumber.bind(world);
      const working = underLeases(world.places('production'), request, async ([lease]) => {
        assert.ok(lease);
        // What a takeover would make.
        for (;;) {
          const record = { owner: 'eve', kind: 'take', what: './sluice up', by: 'eve', machine: request.machine };
          const name = `leases/production/${String((await number()) + 1).padStart(12, '0')}`;
          if (await world.store.create(name, Buffer.from(JSON.stringify(record)))) break;
        }
        if (!lease.lost.aborted) await once(lease.lost, 'abort');
        await how();
      });
      await assert.rejects(working, (error: Error) => {
        assert.ok(error instanceof LeaseLost);
        assert.match(
          error.message,
          /^production was taken over by eve's \.\/sluice up on elsewhere, as nothing was heard/,
        );
        return true;
      });
      // What the other has is not given back.
      assert.deepEqual(await kinds('production'), ['take']);
    });
  }

  it('does not begin before whoever has one of them is done', async () => {
    const holder = await world.acquire(mute);
    let began = false;
    const waiting = underLeases(world.places('production'), world.request(shortTimes, { variables: {} }), () => {
      began = true;
      return Promise.resolve();
    });
    await until(() => world.notes.length > 0);
    assert.equal(began, false);
    await holder.release();
    await waiting;
    assert.equal(began, true);
  });
});
