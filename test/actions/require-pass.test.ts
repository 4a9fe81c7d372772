import assert from 'node:assert/strict';
import requirePass from '../../actions/require-pass';
import { ActionFailed } from '../../base/errors';
import type { LedgerRecord } from '../../releases/ledger';
import { digestsOf } from '../../releases/names';
import type { Candidate } from '../../releases/types';
import { leasesVariable } from '../../store/lease/hand-down';
import { LeaseLost } from '../../store/lease/lost';
import { appendRecords, chainOf } from '../../targets/ledger';
import { ledgerOf } from '../../targets/place';
import { fakeSshHost } from '../clients/ssh/fake-ssh-host';
import { assertTold } from '../errors/told';
import { adopted, candidate, cutover, gate, rollback, verdict } from '../releases/fixtures';
import { access, storeHome } from '../targets/store-home';

const [a, b, g] = [candidate('a'), candidate('b'), gate('/')];
const machine = { ssh: { host: 'shop.example.com', port: 22, user: 'deploy', hostKey: '' }, folder: '/shop' };
const imagesOf = (of: Candidate): Record<string, string> =>
  Object.fromEntries(Object.values(of).map(({ service, image, digest }) => [service, `${image}@${digest}`]));
const input = {
  ...{ environment: 'production', candidate: a, images: imagesOf(a), at: '2026-01-01T00:00:00.000Z' },
  ...{ ledger: access, machine },
};

describe('require-pass, before a deployment into a compose project behind a gate', () => {
  const home = storeHome();

  async function assertRefused(asked = input): Promise<void> {
    await assert.rejects(requirePass(asked), (error: unknown) => {
      assert.ok(error instanceof ActionFailed, String(error));
      const [message = '', next = ''] = error.message.split('\n  next: ');
      assertTold('unpassed', { message, next });
      return true;
    });
  }

  it('refuses what the ledger does not know as passed, whatever the state says', async () => {
    await assertRefused();
    await home.put('production', verdict(b, g, 'passed'), verdict(a, g, 'refused'), verdict(a, g, 'unknown'));
    await assertRefused();
  });

  it('refuses what somebody else has written a pass of', async () => {
    await appendRecords(ledgerOf({ key: 'f'.repeat(43) }, 'production', undefined), [verdict(a, g, 'passed')]);
    await assertRefused();
  });

  it('refuses what has passed elsewhere', async () => {
    await home.put('staging', { ...verdict(a, g, 'passed'), environment: 'staging' });
    await assertRefused();
  });

  it('refuses images that are not those which have passed', async () => {
    await home.put('production', verdict(a, g, 'passed'));
    await assertRefused({ ...input, images: imagesOf(b) });
  });

  const letIn: LedgerRecord[] = [verdict(a, g, 'passed'), adopted(a), rollback(a, b), cutover(a)];
  for (const record of letIn) {
    it(`lets in what a signed record lets in, and writes nothing: ${record.kind}`, async () => {
      await home.put('production', record);
      const before = await chainOf(home.place('production'));
      assert.deepEqual(await requirePass(input), { letIn: digestsOf(a) });
      assert.deepEqual((await chainOf(home.place('production'))).head, before.head);
    });
  }

  it('refuses what has passed where the run that deploys has lost the lease meanwhile', async () => {
    await home.put('production', verdict(a, g, 'passed'));
    process.env[leasesVariable] = JSON.stringify({ production: 'somebody who has it no longer' });
    await assert.rejects(requirePass(input), LeaseLost);
  });

  it('asks about a candidate as a whole, with a service that the environment has no longer', async () => {
    const kept = { ...a, gone: { ...a['discounts']!, service: 'gone' } };
    await home.put('production', verdict(a, g, 'passed'));
    await assertRefused({ ...input, candidate: kept });
    await home.put('production', cutover(kept));
    assert.deepEqual(await requirePass({ ...input, candidate: kept }), { letIn: digestsOf(kept) });
  });

  it('asks the ledger on the machine where the state is where no store can be', async () => {
    const host = await fakeSshHost();
    try {
      const there = { ...input, ledger: { ...access, onMachines: true as const }, machine: host.place };
      await home.put('production', verdict(a, g, 'passed'));
      await assertRefused(there);
      await appendRecords(ledgerOf(there.ledger, 'production', host.place), [verdict(a, g, 'passed')]);
      assert.deepEqual(await requirePass(there), { letIn: digestsOf(a) });
    } finally {
      await host.stop();
    }
  });
});
