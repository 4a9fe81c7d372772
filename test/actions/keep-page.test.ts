import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import type { CutoverOfTarget } from '../../actions/lib/cutover-target';
import type { GateOfTarget } from '../../actions/lib/gate-target';
import { keepPage } from '../../actions/lib/keep-page';
import { recordStay } from '../../actions/lib/record-stay';
import { takeBack } from '../../actions/lib/take-back';
import { testCandidate } from '../../actions/lib/test-candidate';
import { refuseUnhealthy } from '../../actions/lib/unhealthy';
import type { CheckVerdict } from '../../checks/protocol';
import type { TakenBackRecord } from '../../releases/ledger';
import { keepInLedger, readEvidence } from '../../targets/evidence';
import { ledgerOf } from '../../targets/place';
import { candidate, gate, takenBack, verdict } from '../releases/fixtures';
import { access, storeHome } from '../targets/store-home';
import { CheckingDocker } from '../targets/checking-docker';

const a = candidate('a');

describe('the page beside the evidence', () => {
  const home = storeHome();
  const ledger = ledgerOf(access, 'production', undefined);
  let docker: CheckingDocker;
  beforeEach(() => {
    docker = CheckingDocker.make();
  });
  afterEach(() => {
    docker.restore();
  });

  const page = async (evidence: string | undefined): Promise<string> => {
    const files = await readEvidence(ledger, evidence ?? '');
    return files.find(({ name }) => name === 'index.html')?.content.toString() ?? 'there is none';
  };

  describe('of a gate', () => {
    const settings = { service: 'discounts', path: '/' };
    const check = { name: 'shop', type: 'http' as const, settings, timeLimitSeconds: 30 };
    const asked = (approval = false): GateOfTarget => ({
      ...{ instance: 'sluice', environment: 'production', upstream: 'staging', upstreamNetwork: 'sluice-staging' },
      ...{ ledger, candidate: a, secrets: { datadogApiKey: 'the-key-0123' } },
      gate: { checks: [check], ...(approval ? { approval: { expiresHours: 1, approvers: [] } } : {}) },
      target: {
        ...{ on: {}, ledger },
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
      docker.put('said', JSON.stringify(told));
      docker.put('code', String(code));
      docker.put('check/verdict.json', JSON.stringify({ ...told, type: 'http' }));
    }

    it('is there after a refusal, without the secrets that its checks have', async () => {
      says('fail', 1);
      const record = await testCandidate(asked());
      assert.ok('kind' in record && record.verdict === 'refused');
      assert.match(await page(record.evidence), /<title>refused: production does not take discounts aaaaaaaa<\/title>/);
      assert.match(await page(record.evidence), /seen 500, \(hidden\)/);
    });

    it('is there after a pass, and says when a person has to approve it besides', async () => {
      says('pass', 0);
      assert.match(await page((await testCandidate(asked())).evidence), /<title>passed: production may take/);
      const waiting = await testCandidate(asked(true));
      assert.match(await page(waiting.evidence), /passed; a person has to approve it/);
    });

    it('is there when it could not be told', async () => {
      says('pass', 1);
      const record = await testCandidate(asked());
      assert.match(await page(record.evidence), /<title>could not tell: .*its verdict was pass, but its exit code 1/s);
    });
  });

  describe('of a cutover', () => {
    const input = (): CutoverOfTarget =>
      ({
        ...{ environment: 'production', candidate: a, ledger, drainSeconds: 1, routes: [] },
        ...{ target: { on: {} }, watch: { checks: [] } },
        edges: { switchTo: () => Promise.resolve(), drain: () => Promise.resolve(0) },
      }) as unknown as CutoverOfTarget;

    it('is there after a release was taken back, with what its containers printed', async () => {
      const record: TakenBackRecord = { ...takenBack(a, candidate('b')), evidence: 'production/aa/watch-1' };
      await assert.rejects(
        takeBack(input(), [], record),
        /has taken discounts back: .*\n {2}evidence: \.\/sluice evidence production watch-1\n {2}next: /s,
      );
      assert.match(await page(record.evidence), /<title>taken back: .*discounts: too slow/s);
      assert.match(await page(record.evidence), /cannot reach the database/);
    });

    it('is there after a watch whose checks let a release stay, and none after one without checks', async () => {
      const told = { verdict: 'pass', summary: '1 step passed', startedAt: '', finishedAt: '', steps: [], files: [] };
      const verdictFile = { name: 'shop/verdict.json', content: Buffer.from(JSON.stringify(told)) };
      await keepInLedger([verdictFile], ledger, 'production/aa/watch-1');
      const watch = { watch: '0 of 20 requests failed; shop passed', seconds: 10 };
      const checked = { ...input(), watch: { ...input().watch, checks: gate('/').checks } };
      await recordStay(checked, { discounts: '1' }, { ...watch, evidence: 'production/aa/watch-1' });
      await recordStay(input(), { discounts: '1' }, { ...watch, evidence: 'production/aa/watch-2' });
      assert.deepEqual(
        (await home.records('production')).map(
          (record) => record.kind === 'cutover' && [record.watch, record.evidence],
        ),
        [
          [watch.watch, 'production/aa/watch-1'],
          [watch.watch, undefined],
        ],
      );
      assert.match(await page('production/aa/watch-1'), /<title>passed: production keeps .*0 of 20 .*1 step passed/s);
      assert.deepEqual(await readEvidence(ledger, 'production/aa/watch-2'), []);
    });

    it('is there after a release that is not well, with what its container printed', async () => {
      const ill = { service: 'discounts', container: 'sluice-production-discounts-1', problem: 'unhealthy' };
      await assert.rejects(
        refuseUnhealthy(input(), { discounts: '1' }, ill),
        /is unhealthy; .*\n {2}evidence: \.\/sluice evidence production unhealthy-[\dTZ-]+\n {2}next: /s,
      );
      const [record] = await home.records('production');
      assert.ok(record?.kind === 'unhealthy');
      assert.match(await page(record.evidence), /<title>unhealthy: production did not switch .*cannot reach/s);
    });
  });

  it('that can’t be made changes nothing of what was recorded, and there is none of what left nothing', async () => {
    // A file is where the store's folder would be.
    fs.writeFileSync(home.store.place, '');
    await keepPage({ ledger }, { ...verdict(a, gate('/'), 'refused'), evidence: 'production/x/y' });
    fs.rmSync(home.store.place);
    await keepPage({ ledger }, { ...verdict(a, gate('/'), 'refused'), evidence: '' });
    assert.ok(!fs.existsSync(home.store.place));
  });
});
