import assert from 'node:assert/strict';
import { valueAt } from '../../checks/json-path';

describe('JSON path', () => {
  const json = { discounts: [{ code: 'A' }, { code: 'B', 'per-cent': 10 }] };
  const cases: [string, unknown][] = [
    ['', json],
    ['discounts[1].code', 'B'],
    ['discounts[1].per-cent', 10],
    ['discounts[2].code', undefined],
    ['discounts.length', 2],
    ['code', undefined],
    ['discounts[0].code.length', undefined],
    ['constructor', undefined],
  ];
  for (const [path, expected] of cases) {
    it(`finds ${expected === undefined ? 'nothing' : JSON.stringify(expected)} at "${path}"`, () =>
      assert.deepEqual(valueAt(json, path), expected));
  }

  it('finds an entry of a list at the top', () => assert.equal(valueAt(['a', 'b'], '[1]'), 'b'));
});
