import assert from 'node:assert/strict';
import { errors } from 'playwright-core';
import { Failed, outcomeOf, Unclear } from '../../checks/outcome';

describe('outcome of an error', () => {
  it('is a failure for an assertion that does not hold', () => {
    assert.deepEqual(outcomeOf(new Failed('expected A')), { verdict: 'fail', problem: 'expected A' });
  });

  it('is a failure when an element to act on never came, and names it', () => {
    const message =
      'locator.click: Timeout 10000ms exceeded.\nCall log:\n\u001b[2m  - waiting for getByRole(button)\u001b[22m\n';
    assert.deepEqual(outcomeOf(new errors.TimeoutError(message)), {
      verdict: 'fail',
      problem: 'locator.click: Timeout 10000ms exceeded. Waited for getByRole(button)',
    });
    assert.equal(outcomeOf(new errors.TimeoutError('page.click: Timeout 10000ms exceeded.')).verdict, 'fail');
  });

  const unclear: [string, unknown][] = [
    ['a page that does not load in time', new errors.TimeoutError('page.goto: Timeout 30000ms exceeded.')],
    ['a page that does not load again', new errors.TimeoutError('page.reload: Timeout 30000ms exceeded.')],
    ['a wait of the scenario', new errors.TimeoutError('page.waitForURL: Timeout 30000ms exceeded.')],
    ['a refused connection', new Error('page.goto: net::ERR_CONNECTION_REFUSED at http://shop/')],
    ['a mistake in the scenario', new TypeError('x is not a function')],
    ['what the check calls unclear', new Unclear('no browser')],
    ['something that is no error', 'oops'],
  ];
  for (const [name, error] of unclear) {
    it(`is "could not tell" for ${name}`, () => assert.equal(outcomeOf(error).verdict, 'unknown'));
  }
});
