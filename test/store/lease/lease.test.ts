import { strict as assert } from 'node:assert';
import { LeaseLost } from '../../../store/lease/lost';
import { checkLease } from '../../../store/lease/prove';
import type { Store } from '../../../store/store';
import { StoreTrouble } from '../../../store/trouble';
import { assertTold } from '../../errors/told';
import { FaultyStore } from './faulty-store';
import { mute, patientTimes, shortTimes, until, World } from './world';

describe('a lease', function () {
  this.timeout(60_000);
  let world: World;

  beforeEach(() => {
    world = new World();
  });

  afterEach(() => world.end());

  it('is free again once it is given back, which can be done twice', async () => {
    const first = await world.acquire(patientTimes);
    await first.release();
    const number = await world.newestNumber();
    await first.release();
    assert.equal(await world.newestNumber(), number);
    const second = await world.acquire(patientTimes);
    assert.notEqual(second.owner, first.owner);
    assert.equal(second.predecessor, undefined);
    await first.release();
    await second.check();
    assert.deepEqual(world.notes, []);
  });

  it('can’t be used after that', async () => {
    const lease = await world.acquire(patientTimes);
    await lease.release();
    await assert.rejects(lease.check(), /the lease of production was given back already/);
  });

  it('makes a record at each check, and numbers only grow', async () => {
    const lease = await world.acquire(mute);
    const before = await world.newestNumber();
    await lease.check();
    assert.equal(await world.newestNumber(), before + 1);
    await lease.release();
    await world.acquire(mute);
    assert.equal(await world.newestNumber(), before + 3);
  });

  it('makes records by itself, and leaves the last few', async () => {
    const lease = await world.acquire({ ...patientTimes, beat: 20 });
    await until(async () => (await world.newestNumber()) > 30);
    await lease.release();
    const numbers = await world.numbers();
    assert.equal(numbers.length, 8);
    assert.equal(numbers.at(-1), await world.newestNumber());
    assert.equal((await world.records().newest())?.record?.kind, 'end');
  });

  it('bears many checks at once', async () => {
    const lease = await world.acquire({ ...patientTimes, beat: 20 });
    const before = await world.newestNumber();
    await Promise.all(Array.from({ length: 8 }, () => lease.check()));
    assert.ok((await world.newestNumber()) >= before + 8);
    await lease.check();
  });

  it('makes the newest record at a check, also when a part of its run has made many and removed the first', async () => {
    const lease = await world.acquire(mute);
    for (let step = 0; step < 20; step++) await checkLease(world.store, 'production', lease.owner);
    await world.records().tidy();
    assert.equal((await world.numbers())[0], 14);
    await lease.check();
    assert.equal(await world.newestNumber(), 22);
    await lease.release();
    assert.equal((await world.records().newest())?.record?.kind, 'end');
  });

  it('outlasts a store that is away for a while', async () => {
    const store = new FaultyStore(world.store);
    const lease = await world.acquire({ ...patientTimes, beat: 20 }, {}, { store });
    store.state = 'refuses';
    const { create } = store.count;
    await until(() => store.count.create > create + 5);
    await assert.rejects(lease.check(), StoreTrouble);
    store.state = 'works';
    await lease.check();
    assert.equal(lease.lost.aborted, false);
  });

  for (const state of ['refuses', 'hangs'] as const) {
    it(`is lost without a store for longer than others are patient: it ${state}`, async () => {
      const store = new FaultyStore(world.store);
      const lease = await world.acquire({ ...shortTimes, patience: 1000 }, {}, { store });
      store.state = state;
      const check = lease.check();
      check.catch(() => undefined);
      await until(() => lease.lost.aborted);
      const reason = lease.lost.reason as LeaseLost;
      assert.ok(reason instanceof LeaseLost);
      assert.equal(reason.exitCode, 1);
      assertTold('leaseWithoutStore', reason);
      assert.match(
        reason.message,
        state === 'hangs'
          ? /^nothing could be written to the store in .* for \d s, so somebody else may have taken production over: \.\/sluice up stops$/
          : /production over: \.\/sluice up stops\. Its last answer: the store in .*: no answer$/,
      );
      assert.match(
        reason.next ?? '',
        state === 'hangs'
          ? /^look at .*; then \.\/sluice status/
          : /^look at it; then \.\/sluice status shows what runs now; then the same again/,
      );
      await assert.rejects(check, state === 'hangs' ? LeaseLost : StoreTrouble);
      store.state = 'works';
      await assert.rejects(lease.check(), LeaseLost);
    });
  }

  for (const state of ['refuses', 'hangs'] as const) {
    it(`ends without a store all the same, and then runs out: it ${state}`, async () => {
      const store = new FaultyStore(world.store);
      const machine = { host: 'elsewhere', pid: 1 };
      const lease = await world.acquire({ ...mute, patience: 500 }, { machine }, { store });
      store.state = state;
      await lease.release();
      assert.equal((await world.records().newest())?.record?.kind, 'take');
      assert.equal((await world.acquire(shortTimes)).predecessor?.owner, lease.owner);
    });
  }

  it('is taken, though the answer to its first record was lost', async () => {
    const store = new FaultyStore(world.store);
    store.losesAnswer = true;
    const lease = await world.acquire(mute, {}, { store });
    assert.deepEqual(await world.numbers(), [1]);
    store.losesAnswer = true;
    await assert.rejects(lease.check(), StoreTrouble);
    await lease.check();
    assert.deepEqual(await world.numbers(), [1, 2, 3]);
  });

  describe('in a store that does not list at once what was made', () => {
    /** @param hides how many looks for a record come too early */
    const late = (hides: number): Store => {
      const left = new Map<string, number>();
      const store = Object.create(world.store) as Store;
      store.list = async (folder) => {
        const names = await world.store.list(folder);
        const shown = names.filter((name) => (left.get(name) ?? hides) <= 0);
        for (const name of names) left.set(name, (left.get(name) ?? hides) - 1);
        return shown;
      };
      return store;
    };

    it('is taken, proved and given back', async () => {
      const lease = await world.acquire(mute, {}, { store: late(3) });
      await lease.check();
      await lease.release();
      assert.deepEqual(await world.numbers(), [1, 2, 3]);
    });

    it('is not taken when it never does', async () => {
      await assert.rejects(
        world.acquire(mute, {}, { store: late(Infinity) }),
        /says that leases\/production\/000000000001 is there, and does not list it/,
      );
    });

    it('is not proved when it does no more', async () => {
      const store = late(0);
      const lease = await world.acquire(mute, {}, { store });
      const numbers = await world.store.list('leases/production');
      store.list = () => Promise.resolve(numbers);
      await assert.rejects(lease.check(), /says that leases\/production\/000000000002 is there, and does not list it/);
    });
  });

  it('is waited for while the store is away for a moment, and no longer', async () => {
    const holder = await world.acquire(patientTimes);
    const store = new FaultyStore(world.store);
    const waiting = world.acquire(patientTimes, {}, { store });
    await until(() => world.notes.length > 0);
    store.state = 'refuses';
    const { list } = store.count;
    await until(() => store.count.list > list + 3);
    store.state = 'works';
    await holder.release();
    await (await waiting).release();
    store.state = 'refuses';
    await assert.rejects(world.acquire(patientTimes, {}, { store }), StoreTrouble);
  });

  it('is waited for in vain in a store that is full, and that is said', async () => {
    const { store } = world;
    const full: Store = {
      place: store.place,
      create: (name) => Promise.reject(new StoreTrouble(`${name} can't be written: no space left`, 'make room')),
      read: (name) => store.read(name),
      list: (folder) => store.list(folder),
      readAll: (folder) => store.readAll(folder),
      remove: (name) => store.remove(name),
    };
    await assert.rejects(world.acquire({ ...patientTimes, patience: 200 }, {}, { store: full }), /no space left/);
  });

  it('is not taken by somebody who was suspended after it had looked', async () => {
    const first = await world.acquire(mute);
    await first.release();
    const store = new FaultyStore(world.store);
    let goOn: () => void = () => undefined;
    const suspended = new Promise<void>((resolve) => (goOn = resolve));
    const stop = new AbortController();
    store.beforeCreate = () => suspended;
    let isTaken = false;
    const waiting = world.acquire(mute, { signal: stop.signal, by: 'eve' }, { store }).then(() => (isTaken = true));
    await until(() => store.count.create === 1);
    const second = await world.acquire({ ...mute, beat: 20 });
    await until(async () => ((await world.numbers())[0] ?? 0) > 10);
    goOn();
    await until(() => isTaken || world.notes.length > 0);
    assert.equal(isTaken, false);
    await second.check();
    stop.abort(new Error('enough'));
    await assert.rejects(waiting, /enough/);
  });

  it('whose record nobody can read runs out by silence', async () => {
    await world.store.create('leases/production/000000000007', Buffer.from('{"version": 9}'));
    const lease = await world.acquire(shortTimes);
    assert.equal(await world.newestNumber(), 8);
    assert.match(
      world.notes[0] ?? '',
      /^production is held by somebody whose record this version of Sluice can’t read;/,
    );
    await lease.check();
  });

  it('notes Pulumi’s own lock, also beside the checks of others', async () => {
    const lease = await world.acquire({ ...patientTimes, beat: 20 });
    await Promise.all([lease.check(), lease.notePulumiLock('lock-1'), lease.check()]);
    await lease.check();
    assert.equal((await world.records().newest())?.record?.pulumiLock, 'lock-1');
    await lease.notePulumiLock(undefined);
    assert.equal((await world.records().newest())?.record?.pulumiLock, undefined);
  });

  it('keeps Pulumi’s own lock in sight until somebody clears it, whoever ends or is gone meanwhile', async () => {
    const first = await world.acquire(mute);
    await first.notePulumiLock('lock-1');
    await first.release();
    const second = await world.acquire(mute, { machine: { host: 'elsewhere', pid: 1 } });
    assert.equal(second.pulumiLock, 'lock-1');
    const third = await world.acquire(shortTimes);
    assert.equal(third.pulumiLock, 'lock-1');
    await third.notePulumiLock(undefined);
    assert.equal(third.pulumiLock, undefined);
    await third.release();
    assert.equal((await world.acquire(mute)).pulumiLock, undefined);
  });
});
