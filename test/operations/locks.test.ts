import * as assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as http from 'node:http';
import type { AddressInfo } from 'node:net';
import * as os from 'node:os';
import * as path from 'node:path';
import * as fc from 'fast-check';
import { processStart } from '../../operations/locks/facts';
import { describeLock, endLock, isDead, parseLock, type HolderFacts, type Lock } from '../../operations/locks/lock';
import { folderOfLocks, lockPlace } from '../../operations/locks/place';
import { unlocked, untilUnlocked } from '../../operations/locks/wait';
import { parseLockMessage } from '../../operations/pulumi/message';

const noon = new Date('2026-03-01T12:00:00Z');
const facts: HolderFacts = {
  host: 'laptop',
  engineHost: 'laptop',
  runningContainers: [`3f2a91c0d4e5${'0'.repeat(52)}`],
  processStart: (pid) => (pid === 10 ? new Date('2026-03-01T11:59:59Z') : undefined),
};
const lock = (change: Partial<Lock>): Lock => ({
  ...{ id: 'x', user: 'ann', host: 'laptop', pid: 10, since: noon, isHere: true },
  ...change,
});

describe('isDead', () => {
  it('lets a process of this host live, and buries one that is gone', () => {
    assert.equal(isDead(lock({}), facts), false);
    assert.equal(isDead(lock({ pid: 11 }), facts), true);
  });

  it('tells a later process with the same number from the holder', () => {
    assert.equal(isDead(lock({ since: new Date('2026-03-01T11:00:00Z') }), facts), true);
  });

  it('takes nobody for dead because the date was set: not by so little that the process may be the same', () => {
    assert.equal(isDead(lock({ since: new Date('2026-03-01T11:59:54Z') }), facts), false);
  });

  it('asks the engine about containers', () => {
    assert.equal(isDead(lock({ host: '3f2a91c0d4e5' }), facts), false);
    assert.equal(isDead(lock({ host: '000000000000' }), facts), true);
  });

  it('lets everybody live in a shared state: another machine may have the same name, and says what a person can do', () => {
    for (const host of ['laptop', '000000000000']) {
      const elsewhere = lock({ host, pid: 11, isHere: false });
      assert.equal(isDead(elsewhere, facts), false);
      assert.equal(endLock('staging', elsewhere), 'if that has ended: ./sluice pulumi cancel -s staging');
    }
    assert.equal(endLock('staging', lock({})), undefined);
  });

  it('takes a machine that is named like a container for a machine', () => {
    assert.equal(isDead(lock({ host: '000000000000' }), { ...facts, engineHost: '000000000000' }), false);
  });

  it('counts everything that can not be known as alive', () => {
    assert.equal(isDead(lock({ host: '000000000000' }), { ...facts, runningContainers: undefined }), false);
    fc.assert(
      fc.property(fc.stringMatching(/^[g-z][a-z-]{1,20}$/), fc.nat(), (host, pid) => {
        assert.equal(isDead(lock({ host: `x${host}`, pid }), facts), false);
      }),
    );
  });
});

describe('lock files', () => {
  let folder: string;
  const notes: string[] = [];
  beforeEach(() => {
    folder = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'sluice-locks-')), 'staging');
    fs.mkdirSync(folder);
    notes.splice(0);
  });
  afterEach(() => fs.rmSync(path.dirname(folder), { recursive: true }));
  const stack = (noted?: string) => ({
    ...{ stack: 'staging', place: folderOfLocks(folder), noted },
    note: (line: string) => void notes.push(line),
  });
  /** As Pulumi writes it. */
  const put = (id: string, pid: number, hostname = os.hostname()): void => {
    const text = { pid, username: 'ann', hostname, timestamp: new Date().toISOString() };
    fs.writeFileSync(path.join(folder, `${id}.json`), JSON.stringify(text));
  };

  it('reads what Pulumi writes and ignores a half-written one', () => {
    const text = '{"pid":7,"username":"ann","hostname":"laptop","timestamp":"2026-03-01T12:00:00.5Z"}';
    const where = { id: 'x', isHere: true };
    assert.deepEqual(parseLock(text, where), {
      ...{ ...where, user: 'ann', host: 'laptop', pid: 7, since: new Date('2026-03-01T12:00:00.5Z') },
    });
    assert.equal(parseLock(text.slice(0, 30), where), undefined);
    assert.equal(parseLock('{}', where), undefined);
  });

  it("reads Pulumi's message", () => {
    const text =
      'error: the stack is currently locked by 1 lock(s). Either wait …\n' +
      '  gs://b/.pulumi/locks/x.json: created by ann@laptop (pid 7) at 2026-03-01T12:00:00Z';
    assert.deepEqual(parseLockMessage(text), [lock({ pid: 7, isHere: false })]);
    assert.match(describeLock('staging', lock({ pid: 7 })), /^staging is held by ann@laptop \(process 7\) since \d\d:/);
  });

  it('lie where Pulumi has them: in the folder of its state, and nobody can look into Pulumi Cloud', () => {
    const backend = (url: string) => lockPlace('staging', { PULUMI_BACKEND_URL: url });
    assert.equal(backend('file:///state')?.folder, '/state/.pulumi/locks/organization/sluice/staging');
    assert.equal(backend('https://api.pulumi.com'), undefined);
    assert.notEqual(backend('s3://bucket/team'), undefined);
  });

  it('in a bucket are read and removed there, each by its id, and nobody can be judged by them', async () => {
    const key = 'p/.pulumi/locks/organization/sluice/staging/x.json';
    const asked: string[] = [];
    const server = http.createServer((request, response) => {
      const { pathname, searchParams } = new URL(request.url ?? '', 'http://x');
      asked.push(`${request.method} ${searchParams.get('prefix') ?? pathname}`);
      if (request.method === 'DELETE') return response.writeHead(204).end();
      const list = `<ListBucketResult><Contents><Key>${key}</Key><Size>1</Size></Contents></ListBucketResult>`;
      const text = '{"pid":11,"username":"ann","hostname":"laptop","timestamp":"2026-03-01T12:00:00Z"}';
      return response.writeHead(200).end(searchParams.has('prefix') ? list : text);
    });
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
    try {
      const { port } = server.address() as AddressInfo;
      const place = lockPlace('staging', {
        PULUMI_BACKEND_URL: `s3://b/p?endpoint=http://127.0.0.1:${port}&use_path_style=true&region=x`,
        ...{ AWS_ACCESS_KEY_ID: 'id', AWS_SECRET_ACCESS_KEY: 'of the test' },
      });
      const locks = await place?.list();
      assert.deepEqual(locks, [lock({ pid: 11, isHere: false })]);
      assert.equal(isDead(lock({ pid: 11, isHere: false }), facts), false);
      await place?.remove({ id: 'x' });
      assert.deepEqual(asked, [`GET ${path.dirname(key)}/`, `GET /b/${key}`, `DELETE /b/${key}`]);
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });

  it('shows others a lock while work is done, and takes it away after a failure too', async () => {
    const list = () => folderOfLocks(folder).list();
    const working = unlocked(stack(), async () => {
      const [mine, ...others] = await list();
      assert.deepEqual([mine?.pid, mine?.host, others], [process.pid, os.hostname(), []]);
      throw new Error('broken off');
    });
    await assert.rejects(working, /broken off/);
    assert.deepEqual(await list(), []);
  });

  it('takes away the one that stands in the lease, whoever has left it, and what a dead process left', async () => {
    put('noted', process.pid, 'elsewhere');
    await untilUnlocked(stack('noted'));
    assert.match(notes[0] ?? '', /^staging is held by ann@elsewhere .*, but that is no longer there: taking over$/);
    put('dead', 2 ** 30);
    await untilUnlocked(stack());
    assert.deepEqual(await folderOfLocks(folder).list(), []);
  });

  it('waits for any other, also one that came in between, and says for whom', async () => {
    // Nobody here could tell of this one that its holder is gone.
    put('noted', process.pid, 'elsewhere');
    put('plain', process.pid);
    let isFree = false;
    const waiting = untilUnlocked(stack('noted')).then(() => (isFree = true));
    while (notes.length < 2) await new Promise((resolve) => setTimeout(resolve, 10));
    assert.match(notes[1] ?? '', /^staging is held by ann@.* \(process \d+\) since \S+; waiting, \d+ s so far$/);
    assert.deepEqual([isFree, (await folderOfLocks(folder).list()).map(({ id }) => id)], [false, ['plain']]);
    fs.rmSync(path.join(folder, 'plain.json'));
    await waiting;
  });
});

describe('processStart', () => {
  it('knows this process and no dead one', () => {
    const started = processStart(process.pid);
    assert.ok(started !== undefined && started.getTime() <= Date.now());
    assert.equal(processStart(2 ** 30), undefined);
  });
});
