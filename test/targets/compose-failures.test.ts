import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { formatRecord } from '../../releases/ledger-text';
import type { LedgerRecord } from '../../releases/ledger';
import { leasesVariable } from '../../store/lease/hand-down';
import { LeaseLost } from '../../store/lease/lost';
import { collectFailures } from '../../targets/compose-failures';
import { fakeSshHost, type FakeSshHost } from '../clients/ssh/fake-ssh-host';
import { candidate, cutover, gate, unhealthy, verdict } from '../releases/fixtures';
import { storeHome } from './store-home';

const failed = (character: string): LedgerRecord => ({ ...unhealthy(candidate(character)), environment: 'pilot' });

describe('what a compose project’s machine has noted of deployments that failed', () => {
  const home = storeHome();
  let host: FakeSshHost;
  let file: string;
  beforeEach(async () => {
    host = await fakeSshHost();
    file = path.join(host.place.folder, '.sluice', 'failures.jsonl');
    fs.mkdirSync(path.dirname(file));
  });
  afterEach(() => host.stop());
  const note = (...records: LedgerRecord[]): void => fs.appendFileSync(file, records.map(formatRecord).join(''));
  const collect = () => collectFailures(host.place, home.place('pilot'));

  it('comes into its ledger, and is gone from the machine', async () => {
    note(failed('a'), failed('b'));
    await collect();
    assert.deepEqual(await home.records('pilot'), [failed('a'), failed('b')]);
    assert.ok(!fs.existsSync(file));
  });

  it('is nothing where nothing was noted', async () => {
    await collect();
    assert.ok(!fs.existsSync(home.store.place));
  });

  it('stays on the machine while the run that looks has lost the lease', async () => {
    note(failed('a'));
    process.env[leasesVariable] = JSON.stringify({ pilot: 'somebody who has it no longer' });
    await assert.rejects(collect(), LeaseLost);
    assert.deepEqual(await home.records('pilot'), []);
    assert.ok(fs.existsSync(file));
  });

  it('is only that deployments of this environment failed: whoever writes there lets nothing in', async () => {
    const pilots = (record: LedgerRecord): LedgerRecord => ({ ...record, environment: 'pilot' });
    const forged = [verdict(candidate('x'), gate('/'), 'passed'), cutover(candidate('x'))].map(pilots);
    note(...forged, unhealthy(candidate('c')), failed('a'));
    fs.appendFileSync(file, '{"kind":"unhealthy"');
    await collect();
    assert.deepEqual(await home.records('pilot'), [failed('a')]);
    assert.deepEqual(await home.records('production'), []);
  });

  it('comes once, though it was noted twice or could not be removed', async () => {
    note(failed('a'), failed('a'));
    const text = fs.readFileSync(file);
    await collect();
    fs.writeFileSync(file, text);
    await collect();
    assert.deepEqual(await home.records('pilot'), [failed('a')]);
  });

  it('stays there when it was noted meanwhile, and comes the next time', async () => {
    note(failed('a'));
    // The machine notes one more once the first has been read.
    const bin = path.join(host.place.folder, 'bin');
    fs.mkdirSync(bin);
    const late = path.join(bin, 'late');
    fs.writeFileSync(late, formatRecord(failed('b')));
    fs.writeFileSync(
      path.join(bin, 'cat'),
      `#!/bin/sh\n/bin/cat "$@"; test ! -e ${late} || { /bin/cat ${late} >> ${file}; rm ${late}; }\n`,
      { mode: 0o755 },
    );
    const before = process.env['PATH'];
    process.env['PATH'] = `${bin}${path.delimiter}${before ?? ''}`;
    try {
      await collect();
    } finally {
      process.env['PATH'] = before;
    }
    assert.deepEqual(await home.records('pilot'), [failed('a')]);
    await collect();
    assert.deepEqual(await home.records('pilot'), [failed('a'), failed('b')]);
    assert.ok(!fs.existsSync(file));
  });

  it('that can’t be read is no empty one', async () => {
    fs.mkdirSync(file);
    await assert.rejects(collect(), /^Error: the failures in .* on 127\.0\.0\.1 can't be read: .*directory/);
  });
});
