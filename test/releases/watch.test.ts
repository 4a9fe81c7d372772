import assert from 'node:assert/strict';
import { judgeTraffic, type WatchSettings } from '../../releases/watch';
import { watchSettings } from './fixtures';

const traffic = (requests: number, errors = 0, milliseconds = 10) => ({ requests, errors, milliseconds });
const of = (
  now: ReturnType<typeof traffic>,
  before?: ReturnType<typeof traffic>,
  more: Partial<WatchSettings> = {},
  atEnd = true,
) => judgeTraffic('discounts', now, before, { ...watchSettings, ...more }, { atEnd });

describe('what a watch makes of traffic', () => {
  it('lets a release stay that does as well as the one before', () => {
    assert.deepEqual(of(traffic(100, 1, 12), traffic(1000, 10, 10)), {
      verdict: 'passed',
      summary: 'discounts: 1 of 100 requests failed (1.0 %), 12 ms each',
    });
  });

  it('can tell nothing of a few requests, bad as they may be', () => {
    assert.deepEqual(of(traffic(19, 19)), {
      verdict: 'too-little',
      summary: 'discounts: 19 requests, 20 are needed to tell',
    });
    assert.equal(of(traffic(20, 20)).verdict, 'refused');
  });

  it('refuses more errors than are allowed', () => {
    assert.equal(of(traffic(100, 5)).verdict, 'passed');
    assert.deepEqual(of(traffic(100, 6)), {
      verdict: 'refused',
      summary: 'discounts: 6 of 100 requests failed (6.0 %), 5.0 % are allowed',
    });
  });

  it('refuses clearly more errors than before', () => {
    assert.equal(of(traffic(100, 3), traffic(100, 1)).verdict, 'passed');
    assert.match(of(traffic(100, 4), traffic(100, 1)).summary, /4 of 100 requests failed \(4.0 %\), 1.0 % before/);
  });

  it('refuses what takes longer than is allowed, or several times as long as before', () => {
    assert.match(of(traffic(100, 0, 201), undefined, { maxLatencyMs: 200 }).summary, /201 ms per request, 200 are/);
    assert.match(of(traffic(100, 0, 301), traffic(100, 0, 100)).summary, /301 ms per request, 100 before/);
    assert.equal(of(traffic(100, 0, 300), traffic(100, 0, 100)).verdict, 'passed');
    for (const just of [199, 200]) {
      assert.equal(of(traffic(100, 0, just), undefined, { maxLatencyMs: 200 }).verdict, 'passed');
    }
  });

  it('looks at how long requests take when the watch is over, at errors all the time', () => {
    assert.equal(of(traffic(100, 0, 9000), traffic(100, 0, 1), { maxLatencyMs: 200 }, false).verdict, 'passed');
    assert.equal(of(traffic(100, 6), undefined, {}, false).verdict, 'refused');
  });

  it('compares with nothing that nobody notices, and with no release that had hardly any requests', () => {
    assert.equal(of(traffic(100, 0, 200), traffic(100, 0, 1)).verdict, 'passed');
    assert.equal(of(traffic(100, 4, 500), traffic(19, 0, 1)).verdict, 'passed');
    assert.deepEqual(of(traffic(100, 4, 500), traffic(20, 0, 1)), {
      verdict: 'refused',
      summary: 'discounts: 4 of 100 requests failed (4.0 %), 0.0 % before',
    });
  });
});
