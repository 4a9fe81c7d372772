import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { CheckSummary, Verdict } from '../../releases/types';
import { combine } from '../../releases/verdicts';

const check = (name: string, verdict: Verdict): CheckSummary => ({ name, verdict, summary: `${name} said so` });

describe('combine', () => {
  it('passes only when every check passed', () => {
    const verdicts = fc.array(fc.constantFrom<Verdict>('passed', 'refused', 'unknown'));
    fc.assert(
      fc.property(verdicts, (list) => {
        const passed = combine(list.map((verdict, index) => check(String(index), verdict))).verdict === 'passed';
        assert.equal(passed, list.length > 0 && list.every((verdict) => verdict === 'passed'));
      }),
    );
  });

  it('lets a refusal outweigh what could not be told, and says which check it was', () => {
    assert.deepEqual(combine([check('a', 'unknown'), check('b', 'refused'), check('c', 'passed')]), {
      verdict: 'refused',
      summary: 'b: b said so',
    });
  });

  it('says which check could not tell when none refuses', () => {
    assert.deepEqual(combine([check('a', 'passed'), check('b', 'unknown'), check('c', 'unknown')]), {
      verdict: 'unknown',
      summary: 'b: b said so',
    });
  });

  it('names all that have passed', () => {
    assert.deepEqual(combine([check('a', 'passed'), check('b', 'passed')]), {
      verdict: 'passed',
      summary: 'a, b passed',
    });
  });

  it('does not take no check for a pass', () => {
    assert.deepEqual(combine([]), { verdict: 'unknown', summary: 'no check ran' });
  });
});
