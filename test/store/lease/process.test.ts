import { strict as assert } from 'node:assert';
import { leaseOf, leasesVariable } from '../../../store/lease/hand-down';
import { lookAt } from '../../../store/lease/machine';
import { LeaseLost } from '../../../store/lease/lost';
import { checkLease } from '../../../store/lease/prove';
import { mute, patientTimes, shortTimes, until, World } from './world';

describe('a lease and the processes of its run', function () {
  this.timeout(60_000);
  let world: World;

  beforeEach(() => {
    world = new World();
  });

  afterEach(() => world.end());

  const handed = (variables: NodeJS.ProcessEnv): Record<string, string> => ({
    [leasesVariable]: variables[leasesVariable] ?? '',
  });

  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
    it(`is given back before ${signal} ends its process`, async () => {
      const holder = await world.child('holder', mute);
      await holder.does('take');
      assert.equal(await holder.end(signal), signal);
      assert.equal((await world.records().newest())?.record?.kind, 'end');
    });
  }

  it('is given back before a signal ends its process, also while Pulumi’s Automation API listens', async () => {
    const holder = await world.child('holder', mute);
    await holder.does('take');
    assert.equal(await holder.does('automate'), 'done automate');
    assert.equal(await holder.end('SIGTERM'), 'SIGTERM');
    assert.equal((await world.acquire(patientTimes)).predecessor, undefined);
  });

  for (const signal of ['SIGINT', 'SIGKILL'] as const) {
    it(`is not given back while something is at work that its process has started, which ${signal} ends`, async () => {
      const holder = await world.child('holder', mute);
      await holder.does('take');
      await holder.does('start');
      const pid = Number(/\d+/.exec(await holder.says(/^started/))?.[0]);
      process.kill(pid, 'SIGSTOP');
      await holder.end(signal);
      const waiting = world.acquire(patientTimes);
      await until(() => world.notes.length > 0);
      assert.match(world.notes[0] ?? '', /^production is held by ann's the run holder on .*; waiting/);
      process.kill(pid, 'SIGKILL');
      assert.equal((await waiting).predecessor?.what, 'the run holder');
    });
  }

  it('is given back once what its process has started has ended', async () => {
    const holder = await world.child('holder', mute);
    await holder.does('take');
    await holder.does('start');
    const pid = Number(/\d+/.exec(await holder.says(/^started/))?.[0]);
    process.kill(pid, 'SIGKILL');
    await until(() => ['Z', undefined].includes(lookAt(pid).state));
    await holder.does('release');
    assert.equal((await world.acquire(patientTimes)).predecessor, undefined);
  });

  it('is not given back where somebody else decides how the process ends', async () => {
    const holder = await world.child('holder', mute);
    await holder.does('listen');
    await holder.does('take');
    holder.process.kill('SIGINT');
    await holder.says(/^heard SIGINT$/);
    assert.equal(await holder.does('change'), 'done change');
  });

  it('keeps no process alive', async () => {
    const holder = await world.child('holder', { ...patientTimes, beat: 20 });
    await holder.does('take');
    await until(async () => (await world.newestNumber()) > 5);
    const gone = new Promise((resolve) => holder.process.once('exit', resolve));
    holder.process.stdin?.end();
    assert.equal(await gone, 0);
  });

  it('is proved by what its run starts, until it is given back', async () => {
    const variables: NodeJS.ProcessEnv = {};
    const lease = await world.acquire(mute, { variables });
    const step = await world.child('step', mute, {}, handed(variables));
    const before = await world.newestNumber();
    assert.equal(await step.does('step'), 'done step');
    assert.equal(await world.newestNumber(), before + 1);
    await lease.check();
    await lease.release();
    assert.equal(
      await step.does('step'),
      'LeaseLost: production was given back already by the run that this step is a part of: it stops',
    );
    assert.deepEqual(world.changes(), ['step']);
    assert.equal(leaseOf(variables, 'production'), undefined);
  });

  it('is not proved by a step of a run that was taken over', async () => {
    const variables: NodeJS.ProcessEnv = {};
    await world.acquire(mute, { variables, machine: { host: 'elsewhere', pid: 1 } });
    const step = await world.child('step', mute, {}, handed(variables));
    const other = await world.acquire(shortTimes);
    assert.match(await step.does('step'), /^LeaseLost: production was taken over by bob's \.\/sluice up on /);
    await other.release();
    assert.match(
      await step.does('step'),
      /^LeaseLost: production was taken over meanwhile by bob's .*, which has ended/,
    );
    assert.deepEqual(world.changes(), []);
  });

  it('is not proved by an owner who never was', async () => {
    await assert.rejects(checkLease(world.store, 'production', 'nobody'), LeaseLost);
  });

  it('is had at once by a verb that its run starts, which does not give it back', async () => {
    const variables: NodeJS.ProcessEnv = {};
    const lease = await world.acquire(mute, { variables });
    const verb = await world.child('verb', mute, {}, handed(variables));
    assert.equal(await verb.does('take'), 'done take');
    assert.equal(await verb.does('change'), 'done change');
    assert.equal(await verb.does('release'), 'done release');
    const nested = await world.acquire(mute, { variables });
    assert.equal(nested.owner, lease.owner);
    await nested.release();
    await lease.check();
    assert.equal(leaseOf(variables, 'production'), lease.owner);
  });

  it('is refused to a part of a run that has lost it', async () => {
    const variables: NodeJS.ProcessEnv = {};
    const lease = await world.acquire(mute, { variables, machine: { host: 'elsewhere', pid: 1 } });
    await world.acquire(shortTimes);
    await assert.rejects(lease.check(), LeaseLost);
    await assert.rejects(world.acquire(mute, { variables }), /^production was taken over by bob's/);
  });

  it('of several environments is taken in one order, and handed down together', async () => {
    const variables: NodeJS.ProcessEnv = {};
    const leases = await world.acquireAll(['staging', 'platform', 'production', 'platform'], mute, { variables });
    assert.deepEqual(
      leases.map(({ environment }) => environment),
      ['platform', 'production', 'staging'],
    );
    assert.deepEqual(
      leases.map(({ environment }) => leaseOf(variables, environment)),
      leases.map(({ owner }) => owner),
    );
  });

  it('of several environments is taken as a whole or not at all', async () => {
    const holder = await world.acquire(mute, {}, { environment: 'staging' });
    const stop = new AbortController();
    const waiting = world.acquireAll(['staging', 'platform'], mute, { signal: stop.signal });
    await until(() => world.notes.length > 0);
    assert.equal((await world.records('platform').newest())?.record?.kind, 'take');
    stop.abort(new Error('enough'));
    await assert.rejects(waiting, /enough/);
    assert.equal((await world.records('platform').newest())?.record?.kind, 'end');
    await holder.check();
  });

  it('of several environments never makes two runs wait for each other', async () => {
    const runs = [
      ['staging', 'platform'],
      ['platform', 'staging'],
    ].map(async (environments) => {
      for (let turn = 0; turn < 5; turn++) {
        for (const lease of (await world.acquireAll(environments, patientTimes)).reverse()) await lease.release();
      }
    });
    await Promise.all(runs);
    const variables: NodeJS.ProcessEnv = {};
    await world.acquire(mute, { variables }, { environment: 'staging' });
    await assert.rejects(
      world.acquire(mute, { variables }, { environment: 'platform' }),
      /the lease of platform has to be taken before that of staging/,
    );
  });
});
