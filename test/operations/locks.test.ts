import * as assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import * as fc from 'fast-check';
import { processStart } from '../../operations/locks/facts';
import { describeLock, endLock, isDead, parseLock, type HolderFacts, type Lock } from '../../operations/locks/lock';
import { holding, readLocks } from '../../operations/locks/wait';
import { parseLockMessage } from '../../operations/pulumi/message';

const noon = new Date('2026-03-01T12:00:00Z');
const facts: HolderFacts = {
  host: 'laptop',
  engineHost: 'laptop',
  runningContainers: [`3f2a91c0d4e5${'0'.repeat(52)}`],
  processStart: (pid) => (pid === 10 ? new Date('2026-03-01T11:59:59Z') : undefined),
};
const lock = (change: Partial<Lock>): Lock => ({ user: 'ann', host: 'laptop', pid: 10, since: noon, ...change });

describe('isDead', () => {
  it('lets a process of this host live, and buries one that is gone', () => {
    assert.equal(isDead(lock({}), facts), false);
    assert.equal(isDead(lock({ pid: 11 }), facts), true);
  });

  it('tells a later process with the same number from the holder', () => {
    assert.equal(isDead(lock({ since: new Date('2026-03-01T11:00:00Z') }), facts), true);
  });

  it('asks the engine about containers', () => {
    assert.equal(isDead(lock({ host: '3f2a91c0d4e5', file: '/x.json' }), facts), false);
    assert.equal(isDead(lock({ host: '000000000000', file: '/x.json' }), facts), true);
  });

  it('lets a container of a shared state live, which another machine may run, and says what a person can do', () => {
    const job = lock({ host: '000000000000' });
    assert.equal(isDead(job, facts), false);
    assert.equal(endLock('staging', job), 'if its job has ended: ./sluice pulumi cancel -s staging');
    assert.equal(endLock('staging', { ...job, file: '/x.json' }), undefined);
    assert.equal(endLock('staging', lock({})), undefined);
  });

  it('takes a machine that is named like a container for a machine', () => {
    assert.equal(
      isDead(lock({ host: '000000000000', file: '/x.json' }), { ...facts, engineHost: '000000000000' }),
      false,
    );
  });

  it('counts everything that can not be known as alive', () => {
    assert.equal(
      isDead(lock({ host: '000000000000', file: '/x.json' }), { ...facts, runningContainers: undefined }),
      false,
    );
    fc.assert(
      fc.property(fc.stringMatching(/^[g-z][a-z-]{1,20}$/), fc.nat(), (host, pid) => {
        assert.equal(isDead(lock({ host: `x${host}`, pid }), facts), false);
      }),
    );
  });
});

describe('lock files', () => {
  it('reads what Pulumi writes and ignores a half-written one', () => {
    const text = '{"pid":7,"username":"ann","hostname":"laptop","timestamp":"2026-03-01T12:00:00.5Z"}';
    assert.deepEqual(parseLock(text, '/x.json'), {
      user: 'ann',
      host: 'laptop',
      pid: 7,
      since: new Date('2026-03-01T12:00:00.5Z'),
      file: '/x.json',
    });
    assert.equal(parseLock(text.slice(0, 30), '/x.json'), undefined);
    assert.equal(parseLock('{}', '/x.json'), undefined);
  });

  it("reads Pulumi's message", () => {
    const text =
      'error: the stack is currently locked by 1 lock(s). Either wait …\n' +
      '  s3://b/.pulumi/locks/x.json: created by ann@laptop (pid 7) at 2026-03-01T12:00:00Z';
    assert.deepEqual(parseLockMessage(text), [{ user: 'ann', host: 'laptop', pid: 7, since: noon }]);
    assert.match(describeLock('staging', lock({ pid: 7 })), /^staging is held by ann@laptop \(process 7\) since \d\d:/);
  });

  it('shows others a lock while work is done, and takes it away after a failure too', async () => {
    const folder = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'sluice-locks-')), 'staging');
    try {
      await assert.rejects(
        holding('staging', folder, assert.ifError, () => {
          const [mine, ...others] = readLocks(folder);
          assert.equal(others.length, 0);
          assert.equal(mine?.pid, process.pid);
          assert.equal(mine.host, os.hostname());
          throw new Error('broken off');
        }),
        /broken off/,
      );
      assert.deepEqual(readLocks(folder), []);
    } finally {
      fs.rmSync(path.dirname(folder), { recursive: true });
    }
  });
});

describe('processStart', () => {
  it('knows this process and no dead one', () => {
    const started = processStart(process.pid);
    assert.ok(started !== undefined && started.getTime() <= Date.now());
    assert.equal(processStart(2 ** 30), undefined);
  });
});
