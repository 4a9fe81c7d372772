import * as assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { dockerExec } from '../../clients/docker/docker';
import { serversState, switchEdge } from '../../clients/edge/edge';
import { closeCommands } from '../../clients/edge/haproxy-runtime';
import { runtimePort } from '../../clients/edge/haproxy';
import { labels } from '../../clients/docker/labels';
import { entryName } from '../../store/ledger/names';
import type { LedgerRecord } from '../../releases/ledger';
import { assertEnded } from '../errors/told';
import { theRelease } from './engine';
import { prefix, setConfig } from './isolate';
import { buildOf, changes, Checkout, dataFile, digestIn, logOf, statusOf } from './shop';
import type { Ran } from './sluice';
import { recordsOf, storeFolder } from './ledgers';
import { theWorld, type World } from './world';

const edge = `${prefix}-production-edge-discounts`;
/** What nothing would pass. */
const shut = [{ name: 'shut', type: 'http', service: 'discounts', path: '/none' }];

describe('11: a ledger that does not name what runs', function () {
  this.timeout(12 * 60_000);
  let world: World;
  /** The containers that run. */
  let running: string[];
  /** Production's stack file as it was. */
  let stack: string;
  const stackFile = () => path.join(world.clone, 'Pulumi.production.yaml');

  before(async () => {
    world = await theWorld();
    running = await releases();
    stack = fs.readFileSync(stackFile(), 'utf8');
  });

  async function releases(): Promise<string[]> {
    const of = ['staging', 'production'].flatMap((environment) =>
      ['frontend', 'discounts'].map(async (service) => (await theRelease(environment, service)).same),
    );
    return Promise.all(of);
  }
  const assertSame = async (): Promise<void> => assert.deepEqual(await releases(), running);
  /** Production's own ledger. */
  const chain = () => path.join(storeFolder(world), 'ledger', 'production');
  const kinds = async (environment: string): Promise<LedgerRecord['kind'][]> =>
    (await recordsOf(world, environment)).map(({ kind }) => kind);
  /** Goes on with a ledger that has lost what its state knows of. */
  async function acceptLoss(environment: string): Promise<void> {
    const verified = await world.run('history', environment, '--verify');
    assert.equal(verified.code, 1, verified.all);
    const { code, all } = await world.run('history', environment, '--accept-lost-records', '--yes');
    assert.equal(code, 0, all);
    assert.equal((await world.run('history', environment, '--verify')).code, 0);
  }
  /** What a verb says from the failed update on. */
  const ended = ({ code, stderr }: Ran) => ({
    code,
    stderr: stderr
      .slice(stderr.search(/^.* did not succeed$/m))
      .replace(/\n {2}everything that[^]*$/, '')
      .trim(),
  });

  it('StoreAway: a store that can’t be read ends an update before anything is changed', async () => {
    const store = storeFolder(world);
    fs.renameSync(store, `${store}-away`);
    try {
      // What is there instead is no folder, as of a disk that is not mounted right.
      fs.writeFileSync(store, 'nonsense');
      assertEnded('storeAway', await world.run('up', 'production'));
      const plain = await world.pulumi('production', 'up');
      assert.notEqual(plain.code, 0);
      assert.match(plain.all, /the store in .*: .* can't be/);
      await assertSame();
    } finally {
      fs.rmSync(store, { force: true });
      fs.renameSync(`${store}-away`, store);
    }
  });

  it('ForgedPass: a record that somebody has changed lets nothing in, and takes nothing down', async () => {
    const last = (await recordsOf(world, 'production')).length;
    const file = path.join(storeFolder(world), entryName('production', 1));
    const before = fs.readFileSync(file);
    try {
      fs.writeFileSync(file, before.toString().replace(/sha256:[0-9a-f]{64}/, `sha256:${'0'.repeat(64)}`));
      assert.ok((await recordsOf(world, 'production')).length < last);
      await assertSame();
    } finally {
      fs.writeFileSync(file, before);
    }
  });

  it('NothingToTake: nor is anything taken away that nobody can name while an approval is asked for', async () => {
    setConfig(world.clone, 'production', { approval: 'required' });
    fs.rmSync(chain(), { recursive: true });
    assertEnded('lostRecords', ended(await world.run('up', 'production')));
    await assertSame();
    await acceptLoss('production');
    const routes = (await serversState(edge)).filter(({ service, ready }) => ready && service === 'discounts');
    assert.equal(routes.length, 1);
    const { Name } = await theRelease('production', 'discounts');
    await dockerExec(edge, ['nc', '127.0.0.1', String(runtimePort)], { input: closeCommands(routes) });
    assertEnded('nothingToTake', ended(await world.run('up', 'production')));
    await assertSame();
    const route = { service: 'discounts', container: Name.slice(1), port: routes[0]?.port ?? 0 };
    await switchEdge(edge, `${prefix}-production`, route);
  });

  it('EmptyLedger, ApprovalAddedToARunningEnvironment: what runs is adopted, once, and nobody is asked about it', async () => {
    const preview = await world.run('preview', 'production');
    assert.equal(preview.code, 0, preview.all);
    assert.match(preview.all, /production serves discounts sha256:.*its ledger does not tell/);
    assert.deepEqual(await kinds('production'), []);

    const { code, all } = await world.run('up', 'production');
    assert.equal(code, 0, all);
    assert.match(all, /production serves discounts sha256:.*it is adopted as it is/);
    assert.doesNotMatch(all, /waits for an approval/);
    await assertSame();
    assert.deepEqual(
      (await kinds('production')).filter((kind) => kind === 'adopted'),
      ['adopted'],
    );
    assert.ok(!(await kinds('production')).some((kind) => kind === 'verdict' || kind === 'tested'));

    const again = await world.pulumi('production', 'up', '--expect-no-changes');
    assert.equal(again.code, 0, again.all);
    assert.equal((await kinds('production')).filter((kind) => kind === 'adopted').length, 1);
    const history = await world.run('history', 'production');
    assert.match(
      history.all,
      /production {2}adopted {2}discounts sha256:[^]*found running; the ledger did not tell that it does/,
    );
    const { gate, adopted } = (await statusOf(world)).environments['production'] ?? assert.fail();
    assert.equal(gate?.verdict, 'passed');
    assert.notEqual(adopted, null);
  });

  it('LostLedger, GateAddedToARunningEnvironment: up makes a new one, and no gate tests what runs', async () => {
    setConfig(world.clone, 'production', { approval: 'none', gate: shut });
    fs.rmSync(storeFolder(world), { recursive: true });
    const shown = await world.run('status');
    assert.equal(shown.code, 0, shown.all);
    assert.equal((shown.stdout.match(/is not the one that its state knows/g) ?? []).length, 2, shown.all);
    for (const environment of ['staging', 'production']) await acceptLoss(environment);
    const { code, all } = await world.run('up', 'platform', 'staging', 'production');
    assert.equal(code, 0, all);
    await assertSame();
    for (const environment of ['staging', 'production']) {
      assert.equal((await kinds(environment)).filter((kind) => kind === 'adopted').length, 1, all);
    }
    assert.ok(!(await kinds('production')).includes('verdict'), all);
    assert.equal((await statusOf(world)).environments['production']?.gate?.verdict, 'passed');
  });

  it('one good push later all is as usual', async () => {
    fs.writeFileSync(stackFile(), stack);
    const { code, all } = await world.run('up', 'platform', 'production');
    assert.equal(code, 0, all);
    await assertSame();
    const checkout = await Checkout.of(world);
    // Another one each time, for a world that is kept.
    const title = `After the ledger, ${new Date().toISOString()}`;
    const commit = await checkout.push(dataFile, changes.title(title), title);
    const build = await buildOf(world, commit);
    assert.equal(build.status, 'success', await logOf(world, build));
    const status = await statusOf(world);
    const { Config } = await theRelease('production', 'discounts');
    assert.equal(Config.Labels?.[labels.digest], digestIn(status, 'staging'));
    assert.equal(status.environments['production']?.adopted, null);
    assert.deepEqual((await kinds('production')).slice(-3), ['verdict', 'switch', 'cutover']);
  });
});
