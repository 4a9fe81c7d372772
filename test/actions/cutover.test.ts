import assert from 'node:assert/strict';
import cutoverAction from '../../actions/cutover';
import { ActionFailed } from '../../base/errors';
import type { LedgerRecord } from '../../releases/ledger';
import { entryName } from '../../store/ledger/names';
import { appendRecords, chainOf } from '../../targets/ledger';
import { ledgerOf } from '../../targets/place';
import { assertTold } from '../errors/told';
import { routesFile, routesText } from '../../clients/edge/haproxy';
import {
  adopted,
  candidate,
  cutover,
  gate,
  releasesOf,
  rollback,
  switched,
  takenBack,
  verdict,
  watchSettings,
} from '../releases/fixtures';
import { fakeDocker, type FakeDocker } from './fake-docker';
import { access, storeHome } from '../targets/store-home';

const [a, b, g] = [candidate('a'), candidate('b'), gate('/')];
/** A cutover of a candidate, as a state may have it. It has no service to switch to, so that no engine is asked. */
const input = {
  ...{ instance: 'sluice', environment: 'production', network: 'n', edge: 'e', edgeIds: {}, routes: [] },
  ...{ candidate: a, watch: { ...watchSettings, checks: [] }, drainSeconds: 0, ledger: access },
};

describe('a cutover behind a gate', () => {
  const home = storeHome();
  const kinds = async () => (await home.records('production')).map(({ kind }) => kind);

  async function assertRefused(): Promise<void> {
    const before = await kinds();
    await assert.rejects(cutoverAction({ ...input, gated: true }), (error: unknown) => {
      assert.ok(error instanceof ActionFailed, String(error));
      const [message = '', next = ''] = error.message.split('\n  next: ');
      assertTold('unpassed', { message, next });
      return true;
    });
    assert.deepEqual(await kinds(), before, 'nothing has begun');
  }

  it('switches to nothing that the ledger does not know as passed, whatever the state says', async () => {
    await assertRefused();
    await home.put('production', verdict(b, g, 'passed'), verdict(a, g, 'refused'), verdict(a, g, 'unknown'));
    await assertRefused();
  });

  it('switches to nothing that somebody else has written a pass of', async () => {
    const forger = ledgerOf({ key: 'f'.repeat(43) }, 'production', undefined);
    await appendRecords(forger, [verdict(a, g, 'passed')]);
    await assertRefused();
  });

  it('switches to nothing that has passed elsewhere', async () => {
    await home.put('staging', { ...verdict(a, g, 'passed'), environment: 'staging' });
    await assertRefused();
  });

  const letIn: LedgerRecord[] = [verdict(a, g, 'passed'), adopted(a), rollback(a, b), cutover(a)];
  for (const record of letIn) {
    it(`switches to what a signed record lets in: ${record.kind}`, async () => {
      await home.put('production', record);
      assert.deepEqual((await cutoverAction({ ...input, gated: true })).candidate, a);
      assert.deepEqual(await kinds(), [record.kind, 'switch', 'cutover']);
    });
  }

  it('asks for no pass where there is no gate', async () => {
    await cutoverAction({ ...input, gated: false });
    assert.deepEqual(await kinds(), ['switch', 'cutover']);
  });

  it('prints where the ledger ends: the state knows it from then on', async () => {
    const head = async () => (await chainOf(home.place('production'))).head;
    const first = await cutoverAction({ ...input, gated: false });
    assert.deepEqual(first.head, await head());
    assert.equal(first.head.number, 2);
    await home.put('production', verdict(b, g, 'passed'));
    const again = await cutoverAction({ ...input, gated: false });
    assert.deepEqual([again.head, again.head?.number], [await head(), 3], 'it writes nothing');
  });
});

describe('a cutover to what was taken back, of which somebody has removed the record', () => {
  const home = storeHome();
  const [name = '', port = ''] = (releasesOf(b)['discounts'] ?? '').split(':');
  const route = {
    ...{ service: 'discounts', container: `sluice-production-${name}`, containerId: 'id', release: name },
    ...{ port: Number(port), recreate: false, healthySeconds: 1 },
  };
  const record = { ...takenBack(b, a), evidence: 'production/b/watch' };
  let docker: FakeDocker;

  afterEach(() => {
    docker.restore();
  });

  /** The edge as its take-back has left it, with what a failed update keeps in no state. @param mark what lies with its route */
  function edgeWith(mark: string | undefined): void {
    const [service = '', to = ''] = (record.to['discounts'] ?? '').split(':');
    const text = routesText({ container: `sluice-production-${service}`, port: Number(to) }, mark);
    docker = fakeDocker([
      { part: `cat ${routesFile}`, stdout: text },
      { part: 'container inspect', code: 1, stderr: 'Error response from daemon: No such container' },
    ]);
  }
  const attempt = () => cutoverAction({ ...input, candidate: b, routes: [route], gated: true });

  beforeEach(async () => {
    await home.put('production', cutover(a), verdict(b, g, 'passed'), switched(b, a), record);
    await home.store.remove(entryName('production', 4));
  });

  it('UnsignedTakeBack: goes back, records it again, and is refused', async () => {
    edgeWith(JSON.stringify(record));
    await assert.rejects(attempt(), (error: unknown) => {
      assert.ok(error instanceof ActionFailed, String(error));
      assert.match(error.message, /^production has taken discounts back: discounts: too slow\n/);
      return true;
    });
    assert.deepEqual((await home.records('production')).at(-1), record);
    const routes = docker.calls().flatMap(({ args, input: text }) => (args.join(' ').includes('cat > ') ? [text] : []));
    assert.deepEqual(routes, [
      routesText({ container: 'sluice-production-discounts-aaaaaaaaaaaa', port: 8080 }, JSON.stringify(record)),
    ]);
    // Whatever it was, nobody has switched to it.
    assert.ok(!docker.calls().some(({ input: text }) => text.includes(name) && !text.includes('mark')));
  });

  it('is refused by the record itself while that is there: it is recorded once', async () => {
    await home.put('production', record);
    edgeWith(JSON.stringify(record));
    await assert.rejects(attempt());
    assert.equal((await home.records('production')).filter(({ kind }) => kind === 'taken-back').length, 1);
  });
});
