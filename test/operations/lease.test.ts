import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { pathToFileURL } from 'node:url';
import { isEnvironment, type StackFile } from '../../config/stack';
import { leasePlaces, underLease, underLeases, untilFree, untilPlatformFree } from '../../operations/lease';
import { lockPlace } from '../../operations/locks/place';
import { leaseOf } from '../../store/lease/hand-down';
import { LeaseLost } from '../../store/lease/lost';
import { LeaseRecords } from '../../store/lease/records';
import { acquire } from '../../store/lease/acquire';
import { leaseTimes } from '../../store/lease/times';
import { storeAccess, type StoreConfig } from '../../targets/place';
import { storeOf } from '../../targets/store-of';
import { fakeSshHost, type FakeSshHost } from '../clients/ssh/fake-ssh-host';
import { parseProject } from '../errors/project';
import { teamOfFour } from '../stacks/team-of-four';
import { access, storeHome } from '../targets/store-home';

const stacks = parseProject(teamOfFour());
const platform = stacks.filter((file) => !isEnvironment(file)) as [StackFile];
const environments = stacks.filter(isEnvironment) as unknown as [StackFile, StackFile];

/** Config of a platform whose store is on a machine. */
function storeOn({ place: { ssh, folder } }: FakeSshHost): StoreConfig {
  const store = `ssh://${ssh.user}@127.0.0.1:${ssh.port}${folder}/our%20store`;
  return { store, storeHostKey: ssh.hostKey, sshPassword: ssh.password ?? '', sshPrivateKey: '' };
}

describe('the lease of a stack', () => {
  const home = storeHome();
  const notes: string[] = [];
  const wish = {
    what: './sluice up',
    note: (line: string) => void notes.push(line),
    times: { ...leaseTimes, look: 1 },
  };
  beforeEach(() => {
    notes.splice(0);
    process.env['PULUMI_BACKEND_URL'] = pathToFileURL(path.join(home.folder, 'pulumi')).href;
  });
  const newest = async (stack: string) => (await new LeaseRecords(home.store, stack).newest())?.record;
  const where = async (...files: StackFile[]) =>
    (await leasePlaces(files, stacks)).map(({ environment, store }) => [environment, store.place]);

  it('lies in the store beside the state, also before anything was brought up', async () => {
    const store = path.join(home.folder, 'store');
    const [first] = environments;
    const { name } = platform[0];
    assert.deepEqual(
      await where(platform[0], first),
      [name, first.name].map((each) => [each, store]),
    );
  });

  it('lies where sluice:store says, a bucket beside the state of which needs nothing', async () => {
    process.env['PULUMI_BACKEND_URL'] = 's3://state/team';
    const { name, config } = platform[0];
    assert.deepEqual(await where(platform[0]), [[name, 's3://state/team/sluice']]);
    const file = { ...platform[0], config: { ...config, store: 's3://other/place' } } as StackFile;
    assert.deepEqual(await where(file), [[name, 's3://other/place']]);
  });

  it('lies on a machine that sluice:store names, entered with what the platform’s file says', async () => {
    const host = await fakeSshHost();
    try {
      const [{ name, config }] = platform;
      const file = { ...platform[0], config: { ...config, ...storeOn(host) } } as StackFile;
      for (const each of [file, environments[0]]) {
        const here = [file, ...environments];
        await underLease(each, wish, (lease) => lease.check(), here);
        assert.equal(await newest(each.name), undefined);
      }
      const there = fs.readdirSync(path.join(host.place.folder, 'our store', 'leases')).sort();
      assert.deepEqual(there, [environments[0].name, name].sort());
    } finally {
      await host.stop();
    }
  });

  it('of an environment lies where its ledger is', async () => {
    const [first] = environments;
    home.publish('platform', { ledgers: { ...access, store: 's3://other/place' } });
    assert.deepEqual(await where(first), [[first.name, 's3://other/place']]);
  });

  it('is none of a platform whose state is in Pulumi Cloud: Pulumi’s own lock is all there', async () => {
    process.env['PULUMI_BACKEND_URL'] = 'https://api.pulumi.com';
    assert.deepEqual(await where(platform[0]), []);
    assert.equal(await underLease(platform[0], wish, (lease) => lease.check().then(() => 'done'), stacks), 'done');
    await untilFree(platform[0], wish, stacks);
  });

  it('is held and handed down while something is done, and given back after it', async () => {
    const { name } = platform[0];
    await underLease(
      platform[0],
      wish,
      async (lease) => {
        await lease.check();
        const { kind, what, owner } = (await newest(name)) ?? {};
        assert.deepEqual([kind, what], ['beat', './sluice up']);
        assert.equal(leaseOf(process.env, name), owner);
      },
      stacks,
    );
    assert.equal((await newest(name))?.kind, 'end');
    assert.equal(leaseOf(process.env, name), undefined);
  });

  it('of several stacks are held all at once', async () => {
    await underLeases(
      stacks,
      wish,
      async (leases) => {
        for (const { name } of stacks) {
          await leases(name).check();
          assert.equal((await newest(name))?.kind, 'beat');
        }
      },
      stacks,
    );
    for (const { name } of stacks) assert.equal((await newest(name))?.kind, 'end');
  });

  it('is waited for, and said; what needs only that it is free does not take it', async () => {
    const [{ name }] = platform;
    const request = { what: './sluice destroy', by: 'ann', note: () => undefined, variables: {} };
    const lease = await acquire(home.store, name, request);
    let isFree = false;
    const waiting = untilFree(platform[0], wish, stacks).then(() => (isFree = true));
    while (notes.length === 0) await new Promise(setImmediate);
    assert.match(notes[0] ?? '', new RegExp(`^${name} is held by ann's ./sluice destroy on .*; waiting, 0 s so far$`));
    assert.equal(isFree, false);
    await lease.release();
    await waiting;
    assert.equal((await newest(name))?.what, './sluice destroy');
  });

  describe('of a platform whose stack files nobody has', () => {
    const request = { what: './sluice up', by: 'ann', note: () => undefined, variables: {} };
    const waitsFor = async (what: RegExp, end: () => unknown): Promise<void> => {
      let isFree = false;
      const waiting = untilPlatformFree('platform', wish).then(() => (isFree = true));
      while (notes.length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
      assert.match(notes[0] ?? '', what);
      assert.equal(isFree, false);
      await end();
      await waiting;
    };

    it('is waited for beside the state, before it has published anything', async () => {
      const lease = await acquire(home.store, 'platform', request);
      await waitsFor(/^platform is held by ann's \.\/sluice up on /, () => lease.release());
    });

    it('is waited for where it has published that its store is', async () => {
      const host = await fakeSshHost();
      try {
        const published = { ...access, ...storeAccess(storeOn(host), undefined) };
        home.publish('platform', { ledgers: published });
        const lease = await acquire(storeOf({ ...published, environment: 'platform' }), 'platform', request);
        await waitsFor(/^platform is held by ann's/, () => lease.release());
      } finally {
        await host.stop();
      }
    });

    it('is waited for by Pulumi’s own lock, where only its files say where its lease is', async () => {
      const folder = lockPlace('platform')?.folder ?? '';
      fs.mkdirSync(folder, { recursive: true });
      const lock = path.join(folder, 'x.json');
      const timestamp = new Date().toISOString();
      fs.writeFileSync(lock, JSON.stringify({ pid: process.pid, username: 'ann', hostname: os.hostname(), timestamp }));
      await waitsFor(/^platform is held by ann@/, () => fs.rmSync(lock));
    });

    it('is waited for no longer than by nobody, also where it has none', async () => {
      await untilPlatformFree('platform', wish);
      process.env['PULUMI_BACKEND_URL'] = 'https://api.pulumi.com';
      home.publish('platform', { ledgers: { ...access, onMachines: true } });
      await untilPlatformFree('platform', wish);
      assert.deepEqual(notes, []);
    });
  });

  it('that is lost ends what was done under it', async () => {
    const { name } = platform[0];
    const elsewhere = { ...wish, machine: { host: 'elsewhere', pid: 1 } };
    const request = { what: './sluice up', by: 'bob', note: () => undefined, variables: {} };
    const work = underLease(
      platform[0],
      elsewhere,
      async (lease) => {
        await acquire(home.store, name, { ...request, times: { ...leaseTimes, silence: 0, look: 1 } });
        await lease.check().catch(() => undefined);
        return 'done';
      },
      stacks,
    );
    await assert.rejects(work, LeaseLost);
  });
});
