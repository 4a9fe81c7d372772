import assert from 'node:assert/strict';
import { between, judgeNeighbour, type Neighbour } from '../../releases/neighbours';
import type { Traffic } from '../../releases/watch';
import { watchSettings } from './fixtures';

const settings = { ...watchSettings, minRequests: 10, maxErrorRate: 0.05, maxErrorRateIncrease: 0.1 };
const traffic = (requests: number, errors: number): Traffic => ({ requests, errors, milliseconds: 7 });
const judge = (o: Partial<Neighbour>) =>
  judgeNeighbour('frontend', { since: traffic(10, 1), before: undefined, wasWell: true, ...o }, settings);
const nothing = { verdict: 'passed', summary: '' };

describe('a service that a switch has not changed', () => {
  it('has too many failures since, and was healthy: the neighbours go back', () => {
    assert.deepEqual(judge({}), {
      verdict: 'refused',
      summary: 'frontend: 1 of 10 requests failed (10.0 %), 5.0 % are allowed; it was not changed',
    });
  });

  it('was ill before, and nobody knows how it answered: it takes nothing back', () => {
    assert.deepEqual(judge({ wasWell: false }), nothing);
  });

  it('answers too seldom to tell, or well: it takes nothing back', () => {
    assert.deepEqual(judge({ since: traffic(9, 9) }), nothing);
    assert.deepEqual(judge({ since: traffic(20, 1) }), nothing);
    // However long it takes.
    const slow = { since: { ...traffic(20, 1), milliseconds: 900 }, before: undefined, wasWell: true };
    assert.deepEqual(judgeNeighbour('frontend', slow, { ...settings, maxLatencyMs: 100 }), nothing);
  });

  it('fails no more than it did before: it takes nothing back, whatever its health was', () => {
    assert.deepEqual(judge({ since: traffic(10, 5), before: traffic(10, 4) }), nothing);
    assert.deepEqual(judge({ since: traffic(10, 5), before: traffic(10, 3) }), {
      verdict: 'refused',
      summary:
        'frontend: 5 of 10 requests failed (50.0 %), 5.0 % are allowed; it was not changed, and 30.0 % failed before',
    });
    assert.equal(judge({ since: traffic(10, 5), before: traffic(10, 3), wasWell: false }).verdict, 'refused');
  });

  it('was asked too seldom before to compare: its health decides', () => {
    assert.equal(judge({ before: traffic(9, 9) }).verdict, 'refused');
    assert.deepEqual(judge({ before: traffic(9, 0), wasWell: false }), nothing);
    assert.deepEqual(judge({ before: traffic(10, 1) }), nothing);
  });
});

describe('what was counted between two looks', () => {
  it('is the difference, but all of it when counting began anew', () => {
    assert.deepEqual(between(traffic(5, 2), traffic(9, 3)), traffic(4, 1));
    assert.deepEqual(between(undefined, traffic(9, 3)), traffic(9, 3));
    assert.deepEqual(between(traffic(10, 2), traffic(9, 3)), traffic(9, 3));
    assert.deepEqual(between(traffic(9, 3), traffic(9, 3)), traffic(0, 0));
    assert.deepEqual(between(traffic(5, 4), traffic(9, 3)), traffic(4, 0));
  });
});
