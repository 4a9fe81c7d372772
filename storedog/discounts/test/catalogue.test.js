import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { Catalogue } from '../src/catalogue.js';

const at = (time) => new Date(time);

describe('catalogue', () => {
  it('takes the data file that is shipped', () => {
    const data = JSON.parse(readFileSync(new URL('../data/discounts.json', import.meta.url), 'utf8'));
    assert.ok(new Catalogue(data).active(new Date()).length > 0, 'no discount holds today');
  });

  it('finds a code whatever its case and the blanks around it', () => {
    const catalogue = new Catalogue([{ code: 'WOOF10', title: 'Woof', percent: 10 }]);
    assert.equal(catalogue.find(' woof10 ', at('2026-01-01'))?.percent, 10);
    assert.equal(catalogue.find('WOOF', at('2026-01-01')), undefined);
  });

  it('knows when a discount holds: from its start, until just before its end', () => {
    const times = { startsAt: '2026-02-14T00:00:00Z', endsAt: '2026-02-15T00:00:00Z' };
    const catalogue = new Catalogue([{ code: 'LOVE', title: 'Love', percent: 25, ...times }]);
    assert.equal(catalogue.active(at('2026-02-13T23:59:59Z')).length, 0);
    assert.equal(catalogue.active(at('2026-02-14T00:00:00Z')).length, 1);
    assert.equal(catalogue.active(at('2026-02-14T23:59:59Z')).length, 1);
    assert.equal(catalogue.active(at('2026-02-15T00:00:00Z')).length, 0);
  });

  const good = { code: 'WOOF10', title: 'Woof', percent: 10 };
  for (const [name, data, message] of [
    ['something else than a list', {}, 'discounts: should be a list'],
    ['an entry that is no object', ['WOOF10'], 'discounts[0]: should be an object'],
    ['an unknown field', [{ ...good, percents: 1 }], 'discounts[0].percents: no such field'],
    ['a small code', [{ ...good, code: 'woof' }], /^discounts\[0\]\.code: .*, is woof$/],
    ['an entry without a code', [{ title: 'Woof', percent: 10 }], /^discounts\[0\]\.code: .*, is undefined$/],
    ['an empty title', [{ ...good, title: '' }], 'discounts[0].title: should be a text'],
    ['more than 90 %', [{ ...good, percent: 91 }], /^discounts\[0\]\.percent: .*, is 91$/],
    ['half a cent', [{ ...good, minimumAmount: 0.5 }], 'discounts[0].minimumAmount: should be cents, is 0.5'],
    ['a wrong time', [{ ...good, endsAt: 'soon' }], 'discounts[0].endsAt: should be an ISO time, is soon'],
    ['a code that is there twice', [good, good], 'discounts: WOOF10 is there twice'],
  ]) {
    it(`refuses ${name}`, () => assert.throws(() => new Catalogue(data), { name: 'TypeError', message }));
  }
});
