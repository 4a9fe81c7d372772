import assert from 'node:assert/strict';
import recordDeployment from '../../actions/record-deployment';
import { whoIsAtWork } from '../../pipelines/by';
import { chainOf, readLedger } from '../../targets/ledger';
import { ledgerOf } from '../../targets/place';
import type { Candidate } from '../../releases/types';
import { fakeSshHost } from '../clients/ssh/fake-ssh-host';
import { candidate, releasesOf } from '../releases/fixtures';
import { access, storeHome } from '../targets/store-home';

describe('record-deployment', () => {
  const home = storeHome();
  const machine = { ssh: { host: 'pilot.example.com', port: 22, user: 'deploy', hostKey: '' }, folder: '/shop' };
  const at = '2026-01-01T00:00:00.000Z';
  const input = (of: Candidate, o: { runs?: Candidate; at?: string } = {}) => ({
    environment: 'pilot',
    candidate: of,
    releases: releasesOf(of),
    at: o.at ?? at,
    printed: JSON.stringify({
      services: Object.fromEntries(
        Object.values(o.runs ?? of).map(({ service, digest }) => [
          service,
          { digest, image: 'i', container: `pilot_${service}_1` },
        ]),
      ),
    }),
    ledger: access,
    machine,
  });
  const ledger = () => home.records('pilot');

  it('records what runs since when, and tells its containers', async () => {
    const one = candidate('a');
    const { head, ...told } = await recordDeployment(input(one));
    assert.deepEqual(told, { candidate: one, containers: { discounts: 'pilot_discounts_1' } });
    assert.deepEqual(head, (await chainOf(home.place('pilot'))).head);
    assert.equal(head.number, 1);
    assert.deepEqual(await ledger(), [
      { kind: 'cutover', at, environment: 'pilot', candidate: one, releases: releasesOf(one), by: whoIsAtWork() },
    ]);
  });

  it('asks nothing of a service that the environment has no longer, and records what it keeps as a whole', async () => {
    const a = candidate('a');
    const kept = { ...a, gone: { ...a['discounts']!, service: 'gone' } };
    const told = await recordDeployment({ ...input(kept, { runs: a }), releases: releasesOf(a) });
    assert.deepEqual([told.candidate, told.containers], [kept, { discounts: 'pilot_discounts_1' }]);
    assert.deepEqual(
      (await ledger()).map((entry) => entry.candidate),
      [kept],
    );
  });

  it('records it once, however often it is asked', async () => {
    const [first, second] = [
      await recordDeployment(input(candidate('a'))),
      await recordDeployment(input(candidate('a'))),
    ];
    assert.equal((await ledger()).length, 1);
    assert.deepEqual(second.head, first.head);
  });

  it('records what is deployed again, another time or another candidate', async () => {
    await recordDeployment(input(candidate('a')));
    await recordDeployment(input(candidate('b')));
    await recordDeployment(input(candidate('b'), { at: '2026-01-02T00:00:00.000Z' }));
    const told = (await ledger()).map((entry) => [entry.at, entry.candidate['discounts']?.digest.slice(7, 8)]);
    assert.deepEqual(told, [
      [at, 'a'],
      [at, 'b'],
      ['2026-01-02T00:00:00.000Z', 'b'],
    ]);
  });

  it('records nothing when the machine runs something else, or nothing', async () => {
    await assert.rejects(
      recordDeployment(input(candidate('a'), { runs: candidate('b') })),
      /^Error: pilot runs sha256:b{64} of discounts, and not sha256:a{64}$/,
    );
    await assert.rejects(recordDeployment(input(candidate('a'), { runs: {} })), /pilot runs nothing of discounts/);
    assert.deepEqual(await ledger(), []);
  });

  it('records nothing when what was printed can’t be read', async () => {
    for (const [printed, problem] of [
      ['sh: not found', 'it is no JSON'],
      ['{"services":{"discounts":{"digest":7}}}', 'services.discounts.digest: expected string, received number'],
    ] as const) {
      await assert.rejects(recordDeployment({ ...input(candidate('a')), printed }), (error: Error) => {
        assert.ok(
          error.message.startsWith(`what the deployment of pilot has printed is no account of services: ${problem}`),
          error.message,
        );
        return true;
      });
    }
    assert.deepEqual(await ledger(), []);
  });

  it('records it on the machine where the state is where no store can be', async () => {
    const host = await fakeSshHost();
    try {
      const there = { ...access, onMachines: true as const };
      await recordDeployment({ ...input(candidate('a')), ledger: there, machine: host.place });
      assert.equal((await readLedger(ledgerOf(there, 'pilot', host.place))).length, 1);
      assert.deepEqual(await ledger(), []);
    } finally {
      await host.stop();
    }
  });
});
