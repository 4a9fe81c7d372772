import * as assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { differencesOf, meant, readInputs, updatedState } from '../../../toolchain/plugins/serving/difference';
import type { Table } from '../../../toolchain/plugins/serving/table';
import { UNKNOWN, type PlainProperties } from '../../../toolchain/plugins/serving/values';

const member = { type: 'string', onChange: 'replace' } as const;
const table: Table = {
  name: { type: 'string', onChange: 'replace' },
  size: { type: 'integer', onChange: 'update' },
  host: { type: 'string', onChange: 'replace', computed: true },
  user: { type: 'string', onChange: 'replace', keptWhenUnset: true },
  words: { type: 'set', onChange: 'replace' },
  line: { type: 'list', onChange: 'replace' },
  labels: { type: 'set', onChange: 'replace', of: { label: member, value: member } },
  health: {
    type: 'object',
    onChange: 'update',
    of: { wait: { ...member, default: '0s' }, tests: { type: 'list', onChange: 'update' } },
  },
  note: { type: 'any', onChange: 'ignore' },
};

type Expected = 'same' | 'replace' | 'update';
const cases: [string, PlainProperties, PlainProperties, Expected][] = [
  ['nothing', {}, {}, 'same'],
  ['an equal value', { name: 'a' }, { name: 'a' }, 'same'],
  ['another value', { name: 'a' }, { name: 'b' }, 'replace'],
  ['a value taken away', { name: 'a' }, {}, 'replace'],
  ['a value added', {}, { name: 'a' }, 'replace'],
  ['a value not known yet', { name: 'a' }, { name: UNKNOWN }, 'replace'],
  ['another number', { size: 1 }, { size: 2 }, 'update'],
  ['0 and nothing', { size: 0 }, {}, 'same'],
  ['"" and nothing', { name: '' }, {}, 'same'],
  ['no members and nothing', { words: [] }, {}, 'same'],
  ['a computed value that is not asked for', { host: 'chosen' }, {}, 'same'],
  ['a computed value that is asked for otherwise', { host: 'chosen' }, { host: 'mine' }, 'replace'],
  ['a kept value that is not asked for', { user: 'root' }, {}, 'same'],
  ['a set in another order', { words: ['a', 'b'] }, { words: ['b', 'a'] }, 'same'],
  ['a set with one more', { words: ['a'] }, { words: ['a', 'b'] }, 'replace'],
  ['a list in another order', { line: ['a', 'b'] }, { line: ['b', 'a'] }, 'replace'],
  ['a set of objects', { labels: [{ label: 'a', value: '1' }] }, { labels: [{ value: '1', label: 'a' }] }, 'same'],
  ['an object with a default inside', { health: { tests: ['x'], wait: '0s' } }, { health: { tests: ['x'] } }, 'same'],
  ['an object that differs inside', { health: { wait: '1s' } }, { health: { wait: '2s' } }, 'update'],
  ['an ignored property', { note: 'a' }, { note: 'b' }, 'same'],
];

describe('plugins: difference', () => {
  for (const [title, state, inputs, expected] of cases) {
    it(title, () => {
      const found = differencesOf(table, state, inputs);
      const outcome = found.some(({ replaces }) => replaces) ? 'replace' : found.length > 0 ? 'update' : 'same';
      assert.equal(outcome, expected);
    });
  }

  it('says what was added, deleted and changed', () => {
    assert.deepEqual(differencesOf(table, { name: 'a', size: 1 }, { size: 2, line: ['x'] }), [
      { path: 'name', kind: 'delete', replaces: true },
      { path: 'size', kind: 'update', replaces: false },
      { path: 'line', kind: 'add', replaces: true },
    ]);
  });

  it('finds nothing between a state and the inputs it came from', () => {
    const words = fc.array(fc.string());
    fc.assert(
      fc.property(fc.record({ name: fc.string(), size: fc.integer(), words, line: words }), (inputs) => {
        assert.deepEqual(differencesOf(table, updatedState(table, {}, inputs), inputs), []);
      }),
    );
  });

  it('finds nothing after an update', () => {
    const words = fc.array(fc.string(), { maxLength: 3 });
    const some = fc.record({ name: fc.string(), host: fc.string(), words }, { requiredKeys: [] });
    fc.assert(
      fc.property(some, some, (state, inputs) => {
        assert.deepEqual(differencesOf(table, updatedState(table, state, inputs), inputs), []);
      }),
    );
  });
});

describe('plugins: state and inputs', () => {
  it('an update keeps outputs and what the engine chose, and drops what is no longer asked for', () => {
    const state = { id: 'x', name: 'a', size: 1, host: 'chosen' };
    assert.deepEqual(updatedState(table, state, { size: 2 }), { id: 'x', size: 2, host: 'chosen' });
  });

  it('reading keeps inputs that still hold and shows those that do not', () => {
    const olds = { name: 'a', words: ['x', 'y'], __defaults: ['name'] };
    assert.deepEqual(readInputs(table, olds, { name: 'b', words: ['y', 'x'] }), {
      name: 'b',
      words: ['x', 'y'],
      __defaults: ['name'],
    });
  });

  it('an import takes everything that says something', () => {
    assert.deepEqual(readInputs(table, {}, { name: 'a', size: 0, words: [], host: 'h' }), { name: 'a', host: 'h' });
  });

  it('meant() lets go of what says nothing', () => {
    const property = { type: 'any', onChange: 'update' } as const;
    for (const nothing of [undefined, null, '', 0, false, [], {}]) assert.equal(meant(property, nothing), undefined);
    for (const thing of ['a', 1, true, ['a'], { a: 1 }]) assert.deepEqual(meant(property, thing), thing);
  });
});
