import { strict as assert } from 'node:assert';
import { monotonic } from '../../../store/lease/times';
import { thisMachine } from '../../../store/lease/machine';
import { mute, patientTimes, shortTimes, until, World } from './world';

describe('a lease whose holder is gone or silent', function () {
  this.timeout(60_000);
  let world: World;

  beforeEach(() => {
    world = new World();
  });

  afterEach(() => world.end());

  it('is taken over at once from a killed process of this machine', async () => {
    const killed = await world.child('killed', mute);
    assert.equal(await killed.does('take'), 'done take');
    await killed.end('SIGKILL');
    const lease = await world.acquire(patientTimes);
    assert.equal(lease.predecessor?.what, 'the run killed');
    assert.deepEqual(world.notes, [
      `production was held by ann's the run killed on ${thisMachine().host}, which is no longer there: taking over`,
    ]);
  });

  it('is not taken over from a killed process while a part of its run is at work', async () => {
    const killed = await world.child('killed', mute);
    await killed.does('take');
    const owner = (await world.records().newest())?.record?.owner ?? '';
    const part = await world.child('part', mute, {}, { SLUICE_LEASES: JSON.stringify({ production: owner }) });
    assert.equal(await part.does('take'), 'done take');
    await killed.end('SIGKILL');
    const waiting = world.acquire(patientTimes);
    await until(() => world.notes.length > 0);
    assert.match(world.notes[0] ?? '', /^production is held by ann's the run killed on .*; waiting/);
    assert.equal(await part.does('change'), 'done change');
    await part.end('SIGKILL');
    await waiting;
    assert.match(world.notes.at(-1) ?? '', /which is no longer there: taking over$/);
  });

  it('is taken over from a killed process once the parts of its run have ended', async () => {
    const killed = await world.child('killed', mute);
    await killed.does('take');
    const owner = (await world.records().newest())?.record?.owner ?? '';
    const variables = { SLUICE_LEASES: JSON.stringify({ production: owner }) };
    for (const name of ['one', 'other']) {
      const part = await world.child(name, mute, {}, variables);
      await part.does('take');
      assert.equal((await world.records().newest())?.record?.parts?.length, 1);
      if (name === 'one') await part.end('SIGKILL');
      else await part.does('release');
    }
    await killed.end('SIGKILL');
    await world.acquire(patientTimes);
    assert.match(world.notes[0] ?? '', /which is no longer there: taking over$/);
  });

  it('is waited for as long as its holder is at work, and said', async () => {
    const holder = await world.child('holder', patientTimes);
    await holder.does('take');
    const waiting = world.acquire(patientTimes);
    await until(() => world.notes.length >= 2);
    assert.match(world.notes[0] ?? '', /^production is held by ann's the run holder on .*; waiting, 0 s so far$/);
    assert.match(world.notes[1] ?? '', /^production is held by ann's the run holder on .*; waiting, \d+ s so far$/);
    await holder.does('release');
    const lease = await waiting;
    assert.equal(lease.predecessor, undefined);
  });

  it('of another machine is waited for until nothing was heard of it for a while', async () => {
    const killed = await world.child('killed', mute, { elsewhere: true });
    await killed.does('take');
    await killed.end('SIGKILL');
    const lease = await world.acquire(shortTimes);
    assert.equal(lease.predecessor?.what, 'the run killed');
    assert.match(
      world.notes[0] ?? '',
      /^production is held by ann's the run killed on elsewhere; waiting, 0 s so far$/,
    );
    assert.equal(
      world.notes.at(-1),
      "production was held by ann's the run killed on elsewhere, of which nothing was heard for 2 s: taking over",
    );
  });

  it('of another machine is not taken over while it is at work, however long that takes', async () => {
    const beats = { ...shortTimes, beat: 50, silence: 4000 };
    const holder = await world.acquire(beats, { machine: { host: 'elsewhere', pid: 1 } });
    let isTaken = false;
    const stop = new AbortController();
    const waiting = world.acquire(beats, { signal: stop.signal }).then(() => (isTaken = true));
    const began = monotonic();
    await until(() => isTaken || monotonic() - began > 2 * beats.silence);
    assert.equal(isTaken, false);
    await holder.check();
    stop.abort(new Error('enough'));
    await assert.rejects(waiting, /enough/);
  });

  for (const much of ['soon', 'long']) {
    it(`lets a suspended holder change nothing ${much} afterwards`, async () => {
      const suspended = await world.child('suspended', mute, { elsewhere: true });
      await suspended.does('take');
      assert.equal(await suspended.does('change'), 'done change');
      suspended.process.kill('SIGSTOP');
      const lease = await world.acquire(shortTimes);
      await lease.check();
      if (much === 'long') {
        // Then the numbers that the suspended one would use are free again.
        const first = await world.newestNumber();
        for (let beat = 0; beat < 20; beat++) await lease.check();
        await until(async () => (await world.numbers()).every((number) => number > first));
      }
      suspended.process.kill('SIGCONT');
      assert.match(
        await suspended.does('change'),
        /^LeaseLost: production was taken over by bob's \.\/sluice up on .*, as nothing was heard of the run suspended: it stops$/,
      );
      await suspended.says(/^lost$/);
      assert.deepEqual(world.changes(), ['suspended']);
      await lease.check();
    });
  }

  it('tells a suspended holder by itself, too', async () => {
    const suspended = await world.child('suspended', patientTimes, { elsewhere: true });
    await suspended.does('take');
    suspended.process.kill('SIGSTOP');
    await world.acquire(shortTimes);
    suspended.process.kill('SIGCONT');
    await suspended.says(/^lost$/);
  });

  it('does not care for the date: neither holder nor waiter', async () => {
    const beats = { ...shortTimes, beat: 50, silence: 5000 };
    const holder = await world.child('holder', beats, { elsewhere: true, wildClock: true });
    await holder.does('take');
    const waiter = await world.child('waiter', beats, { wildClock: true });
    waiter.tell('take');
    await waiter.says(/^note production is held by/);
    await until(async () => (await world.newestNumber()) > 30);
    assert.deepEqual(
      waiter.said.filter((line) => /taking over|done/.test(line)),
      [],
    );
    assert.equal(await holder.does('change'), 'done change');
    await holder.end('SIGKILL');
    await waiter.says(/^done take$/);
    assert.match(waiter.said.at(-2) ?? '', /of which nothing was heard for 5 s: taking over$/);
  });
});
