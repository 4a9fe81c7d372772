import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import type { CutoverOfTarget } from '../../actions/lib/cutover-target';
import type { GateOfTarget } from '../../actions/lib/gate-target';
import { keepPage } from '../../actions/lib/keep-page';
import { recordStay } from '../../actions/lib/record-stay';
import { takeBack } from '../../actions/lib/take-back';
import { testCandidate } from '../../actions/lib/test-candidate';
import { refuseUnhealthy } from '../../actions/lib/unhealthy';
import type { CheckVerdict } from '../../checks/protocol';
import type { TakenBackRecord } from '../../releases/ledger';
import { candidate, gate, takenBack, verdict } from '../releases/fixtures';
import { FolderLedger } from '../targets/folder-ledger';

const a = candidate('a');

describe('the page beside the evidence', () => {
  let ledger: FolderLedger;
  beforeEach(() => {
    ledger = FolderLedger.make();
  });
  afterEach(() => ledger.restore());

  const page = (evidence: string | undefined): string => ledger.read(`evidence/${evidence ?? ''}/index.html`);

  describe('of a gate', () => {
    const settings = { service: 'discounts', path: '/' };
    const check = { name: 'shop', type: 'http' as const, settings, timeLimitSeconds: 30 };
    const asked = (approval = false): GateOfTarget => ({
      ...{ instance: 'sluice', environment: 'production', upstream: 'staging', upstreamNetwork: 'sluice-staging' },
      ...{ ledger: ledger.name, candidate: a, secrets: { datadogApiKey: 'the-key-0123' } },
      gate: { checks: [check], ...(approval ? { approval: { expiresHours: 1, approvers: [] } } : {}) },
      target: {
        ...{ on: {}, ledger: ledger.name },
        served: () => Promise.resolve({ discounts: { digest: a['discounts']?.digest ?? '', instance: '1' } }),
        checksBeside: () =>
          Promise.resolve({
            on: {},
            image: 'tools',
            network: 'sluice-staging',
            urls: { discounts: 'http://discounts' },
          }),
      },
    });

    function says(said: 'pass' | 'fail', code: number): void {
      const ok = said === 'pass';
      const step = { name: 'GET / answers', ok, seconds: 1, ...(ok ? {} : { problem: 'seen 500, the-key-0123' }) };
      const times = { startedAt: '2026-11-30T12:06:09.000Z', finishedAt: '2026-11-30T12:06:10.000Z' };
      const told: CheckVerdict = { verdict: said, summary: `it ${said}s`, ...times, steps: [step], files: [] };
      ledger.put('said', JSON.stringify(told));
      ledger.put('code', String(code));
      ledger.put('check/verdict.json', JSON.stringify({ ...told, type: 'http' }));
    }

    it('is there after a refusal, without the secrets that its checks have', async () => {
      says('fail', 1);
      const record = await testCandidate(asked());
      assert.ok('kind' in record && record.verdict === 'refused');
      assert.match(page(record.evidence), /<title>refused: production does not take discounts aaaaaaaa<\/title>/);
      assert.match(page(record.evidence), /seen 500, \(hidden\)/);
    });

    it('is there after a pass, and says when a person has to approve it besides', async () => {
      says('pass', 0);
      assert.match(page((await testCandidate(asked())).evidence), /<title>passed: production may take/);
      const waiting = await testCandidate(asked(true));
      assert.match(page(waiting.evidence), /passed; a person has to approve it/);
    });

    it('is there when it could not be told', async () => {
      says('pass', 1);
      const record = await testCandidate(asked());
      assert.match(page(record.evidence), /<title>could not tell: .*its verdict was pass, but its exit code 1/s);
    });
  });

  describe('of a cutover', () => {
    const input = (): CutoverOfTarget =>
      ({
        ...{ environment: 'production', candidate: a, ledger: ledger.name, drainSeconds: 1, routes: [] },
        ...{ target: { on: {} }, watch: { checks: [] } },
        edges: { switchTo: () => Promise.resolve(), drain: () => Promise.resolve(0) },
      }) as unknown as CutoverOfTarget;

    it('is there after a release was taken back, with what its containers printed', async () => {
      const record: TakenBackRecord = { ...takenBack(a, candidate('b')), evidence: 'production/aa/watch-1' };
      await assert.rejects(
        takeBack(input(), [], record),
        /has taken discounts back: .*\n {2}evidence: \.\/sluice evidence production watch-1\n {2}next: /s,
      );
      assert.match(page(record.evidence), /<title>taken back: .*discounts: too slow/s);
      assert.match(page(record.evidence), /cannot reach the database/);
    });

    it('is there after a watch whose checks let a release stay, and none after one without checks', async () => {
      const told = { verdict: 'pass', summary: '1 step passed', startedAt: '', finishedAt: '', steps: [], files: [] };
      ledger.put('evidence/production/aa/watch-1/shop/verdict.json', JSON.stringify(told));
      const watch = { watch: '0 of 20 requests failed; shop passed', seconds: 10 };
      const checked = { ...input(), watch: { ...input().watch, checks: gate('/').checks } };
      await recordStay(checked, { discounts: '1' }, { ...watch, evidence: 'production/aa/watch-1' });
      await recordStay(input(), { discounts: '1' }, { ...watch, evidence: 'production/aa/watch-2' });
      assert.deepEqual(
        ledger.records.map((record) => record.kind === 'cutover' && [record.watch, record.evidence]),
        [
          [watch.watch, 'production/aa/watch-1'],
          [watch.watch, undefined],
        ],
      );
      assert.match(page('production/aa/watch-1'), /<title>passed: production keeps .*0 of 20 .*1 step passed/s);
      assert.ok(!fs.existsSync(path.join(ledger.folder, 'evidence', 'production', 'aa', 'watch-2')));
    });

    it('is there after a release that is not well, with what its container printed', async () => {
      const ill = { service: 'discounts', container: 'sluice-production-discounts-1', problem: 'unhealthy' };
      await assert.rejects(
        refuseUnhealthy(input(), { discounts: '1' }, ill),
        /is unhealthy; .*\n {2}evidence: \.\/sluice evidence production unhealthy-[\dTZ-]+\n {2}next: /s,
      );
      const [record] = ledger.records;
      assert.ok(record?.kind === 'unhealthy');
      assert.match(page(record.evidence), /<title>unhealthy: production did not switch .*cannot reach/s);
    });
  });

  it('that can’t be made changes nothing of what was recorded, and there is none of what left nothing', async () => {
    fs.writeFileSync(path.join(ledger.folder, 'bin', 'docker'), '#!/bin/sh\nexit 1\n', { mode: 0o755 });
    await keepPage({ ledger: ledger.name }, { ...verdict(a, gate('/'), 'refused'), evidence: 'production/x/y' });
    ledger.put('bin/docker', '#!/bin/sh\ntouch "$FOLDER_LEDGER/called"\n');
    await keepPage({ ledger: ledger.name }, { ...verdict(a, gate('/'), 'refused'), evidence: '' });
    assert.ok(!fs.existsSync(path.join(ledger.folder, 'called')));
  });
});
