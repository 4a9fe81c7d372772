import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { isAlive, startTime, Touches, withLock, type Holder } from '../../toolchain/lock';
import { temporaryFolders } from './temporary';

describe('withLock', () => {
  const folder = temporaryFolders();
  const never = (): never => assert.fail('nobody else holds it');
  const me = async (): Promise<Holder> => ({
    pid: process.pid,
    startedAt: await startTime(process.pid),
    host: os.hostname(),
  });

  it('is held during the work and gone after it, also after a failure', async () => {
    const file = path.join(folder(), 'sub', 'lock');
    await withLock(file, never, async () => assert.deepEqual(JSON.parse(fs.readFileSync(file, 'utf8')), await me()));
    await assert.rejects(withLock(file, never, () => Promise.reject(new Error('no'))));
    assert.deepEqual(fs.readdirSync(path.dirname(file)), []);
  });

  it('lets one in at a time and says once whom the other waits for', async () => {
    const file = path.join(folder(), 'lock');
    const events: string[] = [];
    let finish: () => void = () => undefined;
    const first = withLock(file, never, async () => {
      events.push('first in');
      await new Promise<void>((resolve) => (finish = resolve));
      events.push('first out');
    });
    while (events.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    const second = withLock(
      file,
      (holder) => {
        events.push(`waits for ${holder.pid === process.pid ? 'this process' : 'another'}`);
        finish();
      },
      () => Promise.resolve(events.push('second in')),
    );
    await Promise.all([first, second]);
    assert.deepEqual(events, ['first in', 'waits for this process', 'first out', 'second in']);
  });

  it('takes over the lock of a killed process', async () => {
    const file = path.join(folder(), 'lock');
    const child = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60000)']);
    const startedAt = await startTime(child.pid ?? 0);
    fs.writeFileSync(file, JSON.stringify({ pid: child.pid, startedAt, host: os.hostname() }));
    assert.equal(await isAlive({ pid: child.pid ?? 0, startedAt, host: os.hostname() }, 0), true);
    child.kill('SIGKILL');
    await new Promise((resolve) => child.once('close', resolve));
    assert.equal(await withLock(file, never, () => Promise.resolve('done')), 'done');
  });

  it('takes over a lock whose number belongs to a later process, and an unreadable one', async () => {
    const file = path.join(folder(), 'lock');
    fs.writeFileSync(file, JSON.stringify({ ...(await me()), startedAt: 'earlier' }));
    assert.equal(await withLock(file, never, () => Promise.resolve(1)), 1);
    fs.writeFileSync(file, '{"pid":');
    assert.equal(await withLock(file, never, () => Promise.resolve(2)), 2);
  });

  it('respects a lock from another machine as long as it is touched', async () => {
    const holder = { pid: 1, startedAt: 'x', host: 'another.invalid' };
    assert.equal(await isAlive(holder, 30_000), true);
    assert.equal(await isAlive(holder, 300_000), false);
  });

  it('counts how long a lock is untouched on its own clock, whatever date the other machine has', () => {
    const file = path.join(folder(), 'lock');
    fs.writeFileSync(file, '');
    let now = 0;
    const touches = new Touches(file, () => now);
    const touch = (date: string): void => fs.utimesSync(file, new Date(date), new Date(date));
    touch('2001-01-01');
    assert.equal(touches.since(), 0);
    now = 100_000;
    assert.equal(touches.since(), 100_000);
    // By a clock that was set back in the meantime.
    touch('2000-01-01');
    assert.equal(touches.since(), 0);
    now = 250_000;
    assert.equal(touches.since(), 150_000);
  });
});
