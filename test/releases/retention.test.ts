import assert from 'node:assert/strict';
import type { LedgerRecord } from '../../releases/ledger';
import { outdated } from '../../releases/retention';
import { again, candidate, cutover, rollback, switched, takenBack } from './fixtures';

const names = (records: LedgerRecord[], retain: Record<string, number>): string[] =>
  outdated(records, retain).map(
    ({ environment, candidate: of, images }) =>
      `${environment} ${of['discounts']?.digest.slice(7, 8)} ${images.length}`,
  );
const [a, b, c, d] = [candidate('a'), candidate('b'), candidate('c'), candidate('d')];

describe('what is no longer kept', () => {
  it('is what an environment ran before the last so many', () => {
    const records = [a, b, c].map((each) => cutover(each));
    assert.deepEqual(names(records, { production: 3 }), []);
    assert.deepEqual(names(records, { production: 2 }), ['production a 1']);
    assert.deepEqual(names(records, { production: 1 }), ['production b 1', 'production a 1']);
  });

  it('is counted from when a release ran last', () => {
    assert.deepEqual(names([cutover(a), cutover(b), cutover(a)], { production: 1 }), ['production b 1']);
  });

  it('holds no image that another environment keeps', () => {
    const records = [cutover(a), cutover(a, 'staging'), cutover(b, 'staging')];
    assert.deepEqual(names(records, { production: 1, staging: 1 }), ['staging a 0']);
  });

  it('holds what was taken back long ago, and not what was taken back since', () => {
    const records = [cutover(a), takenBack(b, a), cutover(c), takenBack(d, c)];
    assert.deepEqual(names(records, { production: 1 }), ['production b 1', 'production a 1']);
    assert.deepEqual(names(records, { production: 2 }), []);
  });

  it('holds what never got healthy long ago as well', () => {
    const at = '2026-01-01T00:00:00Z';
    const ill = { kind: 'unhealthy', at, environment: 'production', candidate: b, releases: {}, summary: '' } as const;
    assert.deepEqual(names([ill, cutover(a)], { production: 1 }), ['production b 1']);
    assert.deepEqual(names([cutover(a), ill], { production: 1 }), []);
  });

  it('is never what runs, nor what somebody has wanted since', () => {
    const past = [a, b, c].map((each) => cutover(each));
    // What was to be put back was taken back: c runs on.
    assert.deepEqual(names([...past, rollback(b, c), takenBack(b, c)], { production: 1 }), ['production a 1']);
    assert.deepEqual(names([...past, rollback(a, c)], { production: 1 }), ['production b 1']);
    assert.deepEqual(names([...past, again(a)], { production: 2 }), []);
  });

  it('holds nothing before an environment has run as many as it keeps', () => {
    assert.deepEqual(names([takenBack(b, a), cutover(a)], { production: 2 }), []);
    assert.deepEqual(names([takenBack(b, a)], { production: 1 }), []);
  });

  it('goes from an engine that does not keep it, and stays in the registry for one that does', () => {
    const records = [cutover(a), cutover(a, 'staging'), cutover(b, 'staging')];
    const retain = { production: 1, staging: 1 };
    const counts = (engineOf?: (environment: string) => string) =>
      outdated(records, retain, engineOf).map(({ images, onEngine }) => [images.length, onEngine.length]);
    assert.deepEqual(counts(), [[0, 0]]);
    assert.deepEqual(
      counts((environment) => environment),
      [[0, 1]],
    );
  });

  it('holds nothing that was never tried, and nothing twice', () => {
    assert.deepEqual(names([switched(a, null), cutover(b)], { production: 1 }), []);
    const retired = { kind: 'retired', at: '2026-01-02T00:00:00Z', environment: 'production', candidate: a } as const;
    assert.deepEqual(names([cutover(a), cutover(b), retired], { production: 1 }), []);
    // What has been retired is not kept for having been: others need not keep it either.
    const elsewhere = [a, b].map((each) => cutover(each, 'staging'));
    const all = [cutover(a), cutover(b), retired, ...elsewhere];
    assert.deepEqual(names(all, { production: 1, staging: 1 }), ['staging a 1']);
    assert.deepEqual(names([], { production: 1 }), []);
  });
});
