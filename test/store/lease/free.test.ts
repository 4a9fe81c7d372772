import { strict as assert } from 'node:assert';
import { spawn } from 'node:child_process';
import { untilFree } from '../../../store/lease/free';
import type { LeasePlace } from '../../../store/lease/request';
import { mute, patientTimes, shortTimes, until, World } from './world';

describe('a lease that somebody waits for', function () {
  this.timeout(60_000);
  let world: World;

  beforeEach(() => {
    world = new World();
  });

  afterEach(() => world.end());

  const place = (): LeasePlace => ({ store: world.store, environment: 'production' });

  it('is free before the first, after the last, and once its holder is dead, and is not taken by who waits', async () => {
    await untilFree(place(), world.request(patientTimes));
    assert.deepEqual(await world.numbers(), []);
    const killed = await world.child('killed', mute);
    await killed.does('take');
    const before = await world.numbers();
    await killed.end('SIGKILL');
    await untilFree(place(), world.request(patientTimes));
    assert.deepEqual(await world.numbers(), before);
    await (await world.acquire(patientTimes)).release();
    const ended = await world.numbers();
    await untilFree(place(), world.request(patientTimes));
    assert.deepEqual(await world.numbers(), ended);
  });

  it('is not free while somebody has it, and that is said', async () => {
    const lease = await world.acquire(patientTimes, { by: 'ann' });
    let isFree = false;
    const waiting = untilFree(place(), world.request(patientTimes)).then(() => (isFree = true));
    await until(() => world.notes.length > 1);
    assert.match(world.notes[0] ?? '', /^production is held by ann's \.\/sluice up on .*; waiting, 0 s so far$/);
    assert.equal(isFree, false);
    await lease.release();
    await waiting;
  });

  it('is not taken from a silent holder while something runs that it has started, unless that is suspended', async () => {
    const started = spawn('sleep', ['600'], { stdio: 'ignore' });
    try {
      const silent = await world.acquire(mute, { machine: { host: 'elsewhere', pid: 1 } });
      await silent.noteStarted(started.pid ?? 0);
      let isTaken = false;
      const waiting = world.acquire({ ...shortTimes, silence: 100 }).then((lease) => {
        isTaken = true;
        return lease;
      });
      // By then it has been silent for longer than any other holder may be.
      await until(() => world.notes.length >= 5);
      assert.equal(isTaken, false);
      started.kill('SIGSTOP');
      assert.match((await waiting).predecessor?.what ?? '', /sluice up/);
    } finally {
      started.kill('SIGKILL');
    }
  });
});
