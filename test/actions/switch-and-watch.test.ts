import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CutoverOfTarget } from '../../actions/lib/cutover-target';
import { switchAndWatch } from '../../actions/lib/switch-and-watch';
import type { WatchVerdict } from '../../actions/lib/watch';
import { watchSettings } from '../releases/fixtures';

describe('a switch that is watched', () => {
  /** @param watch how the watch ends @param drain how draining does, once it is told to stop */
  async function run(watch: () => Promise<WatchVerdict>, drain: () => Promise<number> = () => Promise.resolve(0)) {
    const past: string[] = [];
    const edges = {
      switchTo: () => Promise.resolve(),
      drain: async (_: number, stop: AbortSignal) => {
        while (!stop.aborted && !past.includes('passed')) await sleep(1);
        await sleep(10);
        past.push('drained');
        return drain();
      },
    };
    const input = {
      ...{ environment: 'production', drainSeconds: 30, edges, routes: [], target: { on: {} } },
      watch: { ...watchSettings, seconds: 0, checks: [] },
    } as unknown as CutoverOfTarget;
    const ready = {
      watch: async () => {
        const verdict = await watch();
        past.push(verdict.verdict);
        return verdict;
      },
    };
    const verdict = await switchAndWatch(input, { to: [], changed: [], ready, evidence: '' });
    return { verdict, past };
  }

  it('WatchThrows: is refused, and has ended to drain: what is put away later may serve again by then', async () => {
    const { verdict, past } = await run(() => Promise.reject(new Error('the edge\nis away')));
    assert.equal(verdict.verdict, 'refused');
    assert.match(verdict.summary, /^it could not be watched to the end: the edge/);
    assert.deepEqual(past, ['drained']);
  });

  it('is refused by its watch, and has ended to drain', async () => {
    const refused: WatchVerdict = { verdict: 'refused', summary: 'it fails' };
    assert.deepEqual(await run(() => Promise.resolve(refused)), { verdict: refused, past: ['refused', 'drained'] });
  });

  it('passes, whatever becomes of the connections to the former release', async () => {
    const passed: WatchVerdict = { verdict: 'passed', summary: '' };
    const away = () => Promise.reject(new Error('nobody can count them'));
    assert.deepEqual(await run(() => Promise.resolve(passed), away), { verdict: passed, past: ['passed', 'drained'] });
  });
});
