import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { isEnvironment } from '../../../config/stack';
import { backUp } from '../../../operations/destroy/backup';
import { forgetLeases, forgetLedgers, ledgersGoing, platformsGoing } from '../../../operations/destroy/ledgers';
import { recordStackFiles } from '../../../operations/stack-files';
import { readStacks } from '../../../config/stacks';
import { formatRecord } from '../../../releases/ledger-text';
import { claimStore } from '../../../store/owner';
import { acquire } from '../../../store/lease/acquire';
import { underLeases } from '../../../store/lease/hold';
import { LeaseRecords } from '../../../store/lease/records';
import { keepInLedger, readEvidence } from '../../../targets/evidence';
import { appendRecords, readingOf } from '../../../targets/ledger';
import { ledgerOf } from '../../../targets/place';
import { storeOf } from '../../../targets/store-of';
import { fakeDocker } from '../../actions/fake-docker';
import { parseProject } from '../../errors/project';
import { candidate, cutover, gate, verdict } from '../../releases/fixtures';
import { bucketServer } from '../../store/bucket-server';
import { teamOfFour } from '../../stacks/team-of-four';
import { FormerContainer } from '../../targets/former-container';
import { access, storeHome } from '../../targets/store-home';

const a = candidate('a');
const stacks = parseProject(teamOfFour());
const environments = stacks.filter(isEnvironment);

describe('ledgers of what is taken down', () => {
  const home = storeHome();
  const names = async (chosen: readonly (typeof stacks)[number][]): Promise<string[]> =>
    (await ledgersGoing(chosen, stacks)).map(({ environment }) => environment);

  it('go with the platform, and stay where it stays', async () => {
    home.publish('platform', { ledgers: access });
    assert.deepEqual(
      await names(stacks),
      environments.map(({ name }) => name),
    );
    assert.deepEqual(await names(environments), []);
  });

  it('are none of a platform that was never brought up as a whole', async () => {
    home.publish('platform', {});
    assert.deepEqual(await names(stacks), []);
  });

  it('are those of a platform whose first update has failed after it took former ones over: none stays behind', async () => {
    const urn = 'urn:pulumi:platform::sluice::random:index/randomPassword:RandomPassword::ledger-key';
    const type = 'random:index/randomPassword:RandomPassword';
    const outputs = { result: { plaintext: JSON.stringify(access.key) } };
    home.publish('platform', {}, [
      { urn: urn.replace('ledger-key', 'other'), type },
      { urn, type, outputs },
    ]);
    await home.put('production', cutover(a));
    const going = await ledgersGoing(stacks, stacks);
    assert.deepEqual(
      going,
      environments.map(({ name }) => home.place(name)),
    );
    assert.deepEqual(await platformsGoing(stacks), [home.place('platform')]);
    await forgetLedgers(going);
    assert.deepEqual(await home.store.list('ledger'), []);
  });

  it('have a platform’s own beside them, of which its stack files go, too', async () => {
    home.publish('platform', { ledgers: access });
    await recordStackFiles('platform', readStacks(), access);
    await home.put('production', cutover(a));
    const going = await platformsGoing(stacks);
    assert.deepEqual(going, [home.place('platform')]);
    await forgetLedgers(going);
    assert.deepEqual(await home.store.list('ledger'), ['ledger/production/']);
    assert.equal((await home.store.list('bundles')).length, 1);
    await forgetLedgers([home.place('production')]);
    assert.deepEqual(await home.store.list('bundles'), []);
    home.publish('platform', { ledgers: { ...access, onMachines: true } });
    assert.deepEqual(await platformsGoing(stacks), []);
    home.publish('platform', {});
    assert.deepEqual(await platformsGoing(stacks), []);
  });

  describe('in a store that another platform is in, too', () => {
    const evidenceOf = async (name: string): Promise<number> => (await readEvidence(home.place(name), name)).length;
    const fill = async (name: string, key = access.key): Promise<void> => {
      await appendRecords({ ...home.place(name), key }, [cutover(a, name)]);
      await keepInLedger([{ name: 'a.png', content: Buffer.from('x') }], home.place(name), `${name}/x`);
    };

    it('set what they had free for others, and leave all that is another’s', async () => {
      const own = { platform: 'platform', at: '2026-11-30T12:00:00Z', by: 'ann@laptop' };
      const key = readingOf(home.place('platform')).keys.own?.id ?? assert.fail();
      await claimStore(home.store, ['platform', 'production'], { ...own, key }, 'sluice:store');
      await claimStore(home.store, ['staging'], { ...own, key: 'f'.repeat(16) }, 'sluice:store');
      await home.store.create('owners/pilot', Buffer.from('what nobody can read'));
      const names = ['platform', 'production', 'staging', 'pilot'];
      for (const name of names) await fill(name);
      const kept = await forgetLedgers(names.map((name) => home.place(name)));
      assert.deepEqual(kept, [`staging in ${home.store.place}`, `pilot in ${home.store.place}`]);
      assert.deepEqual(await home.store.list('owners'), ['owners/pilot', 'owners/staging']);
      assert.deepEqual(await home.store.list('ledger'), ['ledger/pilot/', 'ledger/staging/']);
      assert.deepEqual([await evidenceOf('production'), await evidenceOf('staging')], [0, 1]);
    });

    it('go with evidence that lies under another name than the environment has', async () => {
      await fill('qa_1');
      assert.notDeepEqual(await home.store.list('evidence'), []);
      await forgetLedgers([home.place('qa_1')]);
      assert.deepEqual(await home.store.list('evidence'), []);
    });

    it('leave a chain that nobody has claimed and another key has signed', async () => {
      const server = await bucketServer();
      try {
        Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'id', AWS_SECRET_ACCESS_KEY: 'a secret of the test' });
        const at = (key: string) => ledgerOf({ key, store: server.address('shop') }, 'staging', undefined);
        await appendRecords(at('o'.repeat(43)), [cutover(a, 'staging')]);
        const before = [...server.objects.keys()];
        assert.equal((await forgetLedgers([at(access.key)])).length, 1);
        assert.deepEqual([...server.objects.keys()], before);
        assert.deepEqual(await forgetLedgers([at('o'.repeat(43))]), []);
        assert.equal(server.objects.size, 0);
      } finally {
        await server.stop();
      }
    });

    it('are also those of environments that no file names any more', async () => {
      const server = await bucketServer();
      try {
        Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'id', AWS_SECRET_ACCESS_KEY: 'a secret of the test' });
        const named = { ...access, store: server.address('shop') };
        home.publish('platform', { ledgers: named });
        const store = storeOf(ledgerOf(named, 'former', undefined));
        const own = { platform: 'platform', at: '2026-11-30T12:00:00Z', by: 'ann@laptop' };
        const key = readingOf(home.place('platform')).keys.own?.id ?? assert.fail();
        const mine = ['platform', ...environments.map(({ name }) => name), 'former'];
        await claimStore(store, mine, { ...own, key }, 'sluice:store');
        await claimStore(store, ['other'], { ...own, key: 'f'.repeat(16) }, 'sluice:store');
        const going = await ledgersGoing(stacks, stacks);
        assert.deepEqual(
          going.map(({ environment }) => environment),
          mine.slice(1),
        );
        await forgetLedgers([...going, ...(await platformsGoing(stacks))]);
        assert.deepEqual(await store.list('owners'), ['owners/other']);
      } finally {
        await server.stop();
      }
    });

    it('leave the values of a platform that has no records yet', async () => {
      const own = { platform: 'other', at: '2026-11-30T12:00:00Z', by: 'ann@laptop', key: 'f'.repeat(16) };
      await claimStore(home.store, ['other'], own, 'sluice:store');
      await home.store.create('bundles/x', Buffer.from('x'));
      await forgetLedgers([home.place('production')]);
      assert.deepEqual(await home.store.list('bundles'), ['bundles/x']);
    });
  });

  it('that can’t be asked for are not taken for none', async () => {
    home.publish('platform', { ledgers: access });
    fs.writeFileSync(path.join(home.folder, 'bin', 'pulumi'), '#!/bin/sh\necho "wrong passphrase" >&2; exit 255\n');
    await assert.rejects(ledgersGoing(stacks, stacks), /wrong passphrase/);
  });

  it('are removed with their evidence, and no other’s; the values that they share go with the last', async () => {
    // Long enough to be a value of its own.
    const long = verdict(a, gate(`/${'x'.repeat(20_000)}`), 'passed');
    for (const environment of ['production', 'staging']) {
      await home.put(environment, { ...long, environment }, cutover(a, environment));
      await keepInLedger([{ name: 'a b.png', content: Buffer.from('x') }], home.place(environment), `${environment}/x`);
    }
    assert.notDeepEqual(await home.store.list('values'), []);
    await forgetLedgers([home.place('production')]);
    assert.deepEqual(await home.records('production'), []);
    assert.deepEqual(await readEvidence(home.place('production'), 'production'), []);
    assert.deepEqual(await home.records('staging'), [{ ...long, environment: 'staging' }, cutover(a, 'staging')]);
    assert.equal((await readEvidence(home.place('staging'), 'staging')).length, 1);
    const stays = { store: home.store, environment: 'production' };
    const goes = { ...stays, environment: 'platform' };
    const request = { what: './sluice destroy', by: 'ann', note: () => undefined, variables: {} };
    await underLeases([stays, goes], request, () => Promise.resolve());
    assert.deepEqual(await forgetLeases([goes]), []);
    const numbers = async (environment: string) => (await home.store.list(`leases/${environment}`)).length;
    assert.deepEqual([await numbers('platform'), await numbers('production')], [1, 2]);
    assert.deepEqual(await forgetLeases([stays]), []);
    await forgetLedgers([home.place('staging')]);
    const left = fs.readdirSync(home.store.place, { recursive: true, withFileTypes: true });
    assert.deepEqual(
      left.filter((entry) => entry.isFile()).map((entry) => entry.name),
      ['000000000002', '000000000002'],
    );
  });
});

describe('leases of what is taken down', () => {
  const home = storeHome();
  const request = (what: string) => ({ what, by: 'ann', note: () => undefined, variables: {} });

  it('stay with whoever has waited for them, and go on with their numbers', async () => {
    const place = { store: home.store, environment: 'platform' };
    await underLeases([place], request('./sluice destroy'), () => Promise.resolve());
    const waiter = await acquire(home.store, 'platform', request('./sluice up'));
    const [held = ''] = await forgetLeases([place]);
    assert.match(held, /^platform is held by ann's \.\/sluice up on \S+ by now$/);
    // Whoever comes next finds it held.
    const newest = await new LeaseRecords(home.store, 'platform').newest();
    assert.equal(newest?.record?.owner, waiter.owner);
    await waiter.check();
    await waiter.release();
    const last = (await new LeaseRecords(home.store, 'platform').newest())?.number ?? 0;
    assert.deepEqual(await forgetLeases([place]), []);
    await underLeases([place], request('./sluice up'), () => Promise.resolve());
    assert.equal((await new LeaseRecords(home.store, 'platform').newest())?.number, last + 2);
  });

  it('that nobody has ever taken are none', async () => {
    assert.deepEqual(await forgetLeases([{ store: home.store, environment: 'platform' }]), []);
    assert.deepEqual(await home.store.list('leases'), []);
  });
});

describe('the backup of ledgers', () => {
  const home = storeHome();
  const platform = { instance: 'sluice' };
  const saved = async (...environmentsGoing: string[]) => {
    const folder = path.join(home.folder, 'backup');
    const ledgers = environmentsGoing.map((environment) => home.place(environment));
    await backUp(platform, ledgers, folder);
    const text = (name: string): string => fs.readFileSync(path.join(folder, name), 'utf8');
    return { records: text('ledger.jsonl').trim().split('\n'), summary: text('ledger.txt').trim().split('\n') };
  };

  it('has what all of them tell, in the order of time', async () => {
    await home.put('staging', cutover(a, 'staging'));
    await home.put('production', verdict(a, gate('/'), 'passed'), cutover(a));
    const { records, summary } = await saved('staging', 'production');
    assert.deepEqual(
      records.map((line) => JSON.parse(line) as unknown),
      [verdict(a, gate('/'), 'passed'), cutover(a, 'staging'), cutover(a)],
    );
    assert.equal(summary.length, 3);
    assert.match(summary[0] ?? '', /^2026-01-01T00:00:00Z {2}production {2}tested: shop: passed/);
  });

  it('has what is older than a snapshot, too', async () => {
    const all = Array.from({ length: 210 }, (_, second) => ({
      ...cutover(a),
      at: new Date(Date.UTC(2026, 0, 1) + second * 1000).toISOString(),
    }));
    await home.put('production', ...all);
    assert.notDeepEqual(await home.store.list('ledger-snapshots/production'), []);
    const { records, summary } = await saved('production');
    assert.deepEqual([records.length, summary.length], [210, 210]);
  });

  it('has what a version before this one has kept in its container, while that is there', async () => {
    const former = FormerContainer.make(formatRecord(cutover(a)));
    try {
      assert.deepEqual((await saved()).records, [JSON.stringify(cutover(a))]);
    } finally {
      former.restore();
    }
  });

  it('has of each environment what it has in the store, else what the container has', async () => {
    const inContainer = [cutover(a), cutover(a, 'staging')];
    const former = FormerContainer.make(inContainer.map(formatRecord).join(''));
    await home.put('production', verdict(a, gate('/'), 'passed'));
    try {
      const { records } = await saved('staging', 'production');
      assert.deepEqual(
        records.map((line) => JSON.parse(line) as unknown),
        [verdict(a, gate('/'), 'passed'), cutover(a, 'staging')],
      );
    } finally {
      former.restore();
    }
  });

  it('is empty where there is neither', async () => {
    const docker = fakeDocker([{ part: 'inspect', code: 1, stderr: 'Error: No such container: sluice-ledger' }]);
    try {
      assert.deepEqual((await saved()).records, ['']);
    } finally {
      docker.restore();
    }
  });
});
