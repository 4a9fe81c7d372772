import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import gate from '../../actions/gate';
import trial from '../../actions/trial';
import type { LedgerRecord } from '../../releases/ledger';
import { chainOf } from '../../targets/ledger';
import { again, candidate, gate as gateOf, tested, verdict } from '../releases/fixtures';
import { access, storeHome } from '../targets/store-home';
import { fakeDocker, type FakeDocker } from './fake-docker';

const [a, g] = [candidate('a'), gateOf('/')];
const discounts = a['discounts']?.digest ?? '';
const digests = { discounts, db: 'sha256:1' };
const asked = {
  ...{ instance: 'sluice', environment: 'production', upstream: 'staging', upstreamNetwork: 'sluice-staging' },
  ...{ ledger: access, candidate: a, gate: g },
};

describe('the gate', () => {
  const home = storeHome();
  let docker: FakeDocker;
  let known = 0;
  // Nothing serves: whoever is tested now can't be told to pass.
  beforeEach(() => (docker = fakeDocker([{ part: 'nc 127.0.0.1', stdout: '1\n# be_id be_name\n' }])));
  afterEach(() => {
    docker.restore();
  });
  /** Begins a ledger that has these records. */
  const knows = async (...records: LedgerRecord[]): Promise<void> => {
    fs.rmSync(home.store.place, { recursive: true, force: true });
    await home.put('production', ...records);
    known = records.length;
  };
  /** What was written to the ledger since. */
  const written = async (): Promise<LedgerRecord[]> => (await home.records('production')).slice(known);

  it('lets through what has passed with all that upstream serves, and names it', async () => {
    await knows({ ...verdict(a, g, 'passed'), digests });
    const { promoted, head } = await gate({ ...asked, digests });
    assert.deepEqual(promoted, { discounts, db: 'sha256:1' });
    assert.deepEqual([head, head?.number], [(await chainOf(home.place('production'))).head, 1]);
    assert.deepEqual(await written(), []);
  });

  it('lets through what has passed before that was written down, when nobody asks for it', async () => {
    await knows(verdict(a, g, 'passed'));
    assert.deepEqual((await gate(asked)).promoted, { discounts });
  });

  it('OtherUpstreamsPass: tests anew what has passed on another upstream', async () => {
    await knows({ ...verdict(a, g, 'passed'), upstream: 'dev' });
    await assert.rejects(gate(asked), /unknown, staging does not serve the candidate: discounts is not served/);
    assert.equal((await written())[0]?.kind, 'verdict');
  });

  it('OtherUpstreamsPass: has the checks of a trial test what was refused on another upstream, or beside another image', async () => {
    await knows(
      { ...verdict(a, g, 'refused'), upstream: 'dev' },
      { ...verdict(a, g, 'refused'), digests: { ...digests, db: 'sha256:2' } },
    );
    await assert.rejects(trial({ ...asked, digests }), /unknown, staging does not serve/);
  });

  it('tests anew what has passed beside another image, and holds all that is served against what upstream has deployed', async () => {
    for (const before of [{ ...digests, db: 'sha256:2' }, undefined]) {
      await knows(
        { ...verdict(a, g, 'passed'), ...(before && { digests: before }) },
        { ...tested(a, g), ...(before && { digests: before }) },
      );
      await assert.rejects(
        gate({ ...asked, digests: { db: 'sha256:1', discounts } }),
        /unknown, staging does not serve what it has deployed: db is not served/,
      );
      const [record] = await written();
      assert.ok(record?.kind === 'verdict');
      assert.deepEqual(record.digests, digests);
    }
  });

  it('stands by a refusal of an older version', async () => {
    await knows(verdict(a, g, 'refused'));
    await assert.rejects(
      gate({ ...asked, digests }),
      /^production does not take .*: refused, shop: refused\n {2}evidence: \.\/sluice evidence production x\n {2}next: push/,
    );
    await assert.rejects(trial({ ...asked, digests }), /production does not take .*: refused, shop: refused/);
    assert.deepEqual(await written(), []);
  });

  it('AgainAfterRefusal: tests again what somebody wants tested again, and no more once that is refused too', async () => {
    for (const ask of [gate, trial]) {
      await knows(verdict(a, g, 'refused'), again(a));
      await assert.rejects(ask(asked), /unknown, staging does not serve the candidate/);
      await knows(verdict(a, g, 'refused'), again(a), verdict(a, g, 'refused', '2026-01-02T00:00:00Z'));
      await assert.rejects(ask(asked), /refused, shop: refused/);
      assert.deepEqual(await written(), []);
    }
  });

  it('AgainAfterRefusal: what passes then has passed the gate, unless people are asked besides', async () => {
    const empty = { checks: [] };
    await knows(verdict(a, empty, 'refused'), again(a));
    await trial({ ...asked, gate: empty, digests });
    const [pass, another] = await written();
    assert.ok(pass?.kind === 'verdict');
    assert.deepEqual([pass.verdict, pass.digests, another], ['passed', digests, undefined]);
    const asking = { ...empty, approval: { expiresHours: 72, approvers: [] } };
    await knows(verdict(a, asking, 'refused'), again(a));
    await trial({ ...asked, gate: asking });
    assert.deepEqual(
      (await written()).map(({ kind }) => kind),
      ['tested'],
    );
    await knows(verdict(a, empty, 'passed'));
    await trial({ ...asked, gate: empty });
    assert.deepEqual(await written(), []);
  });

  it('writes down what upstream serves with the pass of an empty gate', async () => {
    await knows();
    const { head } = await gate({ ...asked, gate: { checks: [] }, digests });
    assert.deepEqual([head, head?.number], [(await chainOf(home.place('production'))).head, 1]);
    const [record] = await written();
    assert.ok(record?.kind === 'verdict');
    assert.deepEqual([record.verdict, record.digests], ['passed', digests]);
  });
});
