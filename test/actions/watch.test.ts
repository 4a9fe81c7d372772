import assert from 'node:assert/strict';
import { byService, watch, type WatchInputs } from '../../actions/lib/watch';
import type { CheckSummary } from '../../releases/types';
import type { Traffic } from '../../releases/watch';
import { watchSettings } from '../releases/fixtures';

const settings: WatchInputs['settings'] = {
  ...watchSettings,
  seconds: 0.01,
  minRequests: 4,
  maxErrorRate: 0.25,
  maxErrorRateIncrease: 1,
};

/** A release that answers as told, and counts. */
function release(o: { fails?: boolean; requests?: number; answers?: boolean } = {}) {
  const counted: Traffic = {
    requests: o.requests ?? 0,
    errors: o.fails === true ? (o.requests ?? 0) : 0,
    milliseconds: 1,
  };
  const probes: number[] = [];
  return {
    probes,
    traffic: () => Promise.resolve({ discounts: { ...counted } }),
    probe: (_: string, count: number) => {
      probes.push(count);
      if (o.answers === false) return Promise.resolve();
      counted.requests += count;
      if (o.fails === true) counted.errors += count;
      return Promise.resolve();
    },
  };
}

const run = (
  of: ReturnType<typeof release>,
  more: Partial<WatchInputs['settings']> = {},
  checks: CheckSummary[] = [],
) =>
  watch({
    settings: { ...settings, ...more },
    services: ['discounts'],
    formerTraffic: {},
    neighbours: {},
    checks: () => Promise.resolve(checks),
    ...of,
  });

describe('a watch', function () {
  this.timeout(20_000);

  it('lets a release stay that does well, without asking it where people do', async () => {
    const busy = release({ requests: 4 });
    assert.deepEqual(await run(busy), {
      verdict: 'passed',
      summary: 'discounts: 0 of 4 requests failed (0.0 %), 1 ms each',
    });
    assert.deepEqual(busy.probes, []);
  });

  it('asks a release itself that nobody asks, no more than is needed to tell', async () => {
    const idle = release({ requests: 1 });
    assert.equal((await run(idle)).verdict, 'passed');
    assert.equal(
      idle.probes.reduce((sum, count) => sum + count, 0),
      3,
    );
  });

  it('takes back what fails, before its time is over', async () => {
    const { verdict, summary } = await run(release({ fails: true, requests: 4 }), { seconds: 600 });
    assert.equal(verdict, 'refused');
    assert.match(summary, /4 of 4 requests failed/);
  });

  it('takes back what fails when it is asked by nobody else', async () => {
    assert.equal((await run(release({ fails: true }))).verdict, 'refused');
  });

  it('Inconclusive: too little traffic is a verdict of its own, and config says what it means', async () => {
    const idle = release();
    assert.deepEqual(await run(idle, { tooLittle: 'pass' }), {
      verdict: 'passed',
      summary: 'too little traffic to tell: discounts: 0 requests, 4 are needed to tell',
    });
    assert.equal((await run(release(), { tooLittle: 'refuse' })).verdict, 'refused');
    assert.deepEqual(idle.probes, []);
    const silent = await run(release({ answers: false }));
    assert.deepEqual([silent.verdict, silent.summary.slice(0, 18)], ['refused', 'it does not answer']);
  });

  it('takes back what a check does not clearly pass', async () => {
    const check = (verdict: CheckSummary['verdict']): CheckSummary => ({ name: 'shop', verdict, summary: 'seen' });
    const busy = () => release({ requests: 4 });
    assert.equal((await run(busy(), {}, [check('passed')])).verdict, 'passed');
    assert.deepEqual(await run(busy(), {}, [check('unknown')]), { verdict: 'refused', summary: 'shop: seen' });
    assert.equal((await run(busy(), { seconds: 600 }, [check('refused')])).verdict, 'refused');
  });

  it('fails when the edge cannot be asked, and leaves no failure behind', async () => {
    const away = { ...release(), traffic: () => Promise.reject(new Error('the edge is away')) };
    await assert.rejects(run(away), { message: 'the edge is away' });
  });
});

describe('byService', () => {
  it('takes the servers that are asked for', () => {
    const server = (slot: 'a' | 'b') => ({
      service: 'discounts',
      slot,
      open: 0,
      requests: 1,
      errors: 0,
      milliseconds: 1,
    });
    const b = server('b');
    assert.deepEqual(
      byService([server('a'), b], ({ slot }) => slot === 'b'),
      { discounts: b },
    );
  });
});
