import * as assert from 'node:assert/strict';
import { failuresOf, withDefaults } from '../../../toolchain/plugins/serving/check';
import type { Table } from '../../../toolchain/plugins/serving/table';
import { UNKNOWN, type PlainProperties } from '../../../toolchain/plugins/serving/values';

const table: Table = {
  name: { type: 'string', onChange: 'replace', required: true, pattern: /^[a-z]+$/ },
  size: { type: 'integer', onChange: 'update', minimum: 1 },
  on: { type: 'boolean', onChange: 'update', default: true },
  words: { type: 'set', onChange: 'update' },
  map: { type: 'map', onChange: 'update' },
  ports: {
    type: 'list',
    onChange: 'replace',
    of: { internal: { type: 'integer', onChange: 'replace', required: true } },
  },
  check: { type: 'object', onChange: 'update', of: { wait: { type: 'string', onChange: 'update', default: '0s' } } },
};

const cases: [string, PlainProperties, string[]][] = [
  ['nothing wrong', { name: 'a', size: 1, on: false, words: ['x'], map: { k: 'v' }, ports: [{ internal: 1 }] }, []],
  ['an unknown value is taken as right', { name: UNKNOWN, size: UNKNOWN, words: [UNKNOWN], ports: UNKNOWN }, []],
  ['null counts as not given', { name: 'a', size: null }, []],
  ['notes of the plugin are no properties', { name: 'a', __defaults: ['name'] }, []],
  ['a missing name', {}, ['name']],
  ['an unknown property', { name: 'a', colour: 'red' }, ['colour']],
  ['an unknown property inside', { name: 'a', ports: [{ internal: 1, colour: 'red' }] }, ['ports[0].colour']],
  ['a missing property inside', { name: 'a', ports: [{}] }, ['ports[0].internal']],
  ['a text that does not match', { name: 'A' }, ['name']],
  ['a number as text', { name: 'a', size: '1' }, ['size']],
  ['a broken number', { name: 'a', size: 1.5 }, ['size']],
  ['a number too small', { name: 'a', size: 0 }, ['size']],
  ['a text for true', { name: 'a', on: 'yes' }, ['on']],
  ['a text for a list', { name: 'a', words: 'x' }, ['words']],
  ['a number in a list of strings', { name: 'a', words: [1] }, ['words[0]']],
  ['a list for a map', { name: 'a', map: [] }, ['map']],
  ['a number in a map', { name: 'a', map: { k: 1 } }, ['map["k"]']],
  ['a text for an object', { name: 'a', check: 'x' }, ['check']],
];

describe('plugins: check', () => {
  for (const [title, inputs, paths] of cases) {
    it(title, () => {
      assert.deepEqual(
        failuresOf(table, inputs).map(({ property }) => property),
        paths,
      );
    });
  }

  it('refuses by name and says what is served', () => {
    assert.deepEqual(failuresOf({ on: table['on']! }, { pidsLimit: 5 }), [
      {
        property: 'pidsLimit',
        reason: '"pidsLimit" is not served by this plugin, which stands in for the official one; it serves on',
      },
    ]);
  });

  it('puts defaults in, inside objects too, and drops nulls', () => {
    assert.deepEqual(withDefaults(table, { name: 'a', size: null, check: {} }), {
      name: 'a',
      on: true,
      check: { wait: '0s' },
    });
  });

  it('keeps what is given', () => {
    assert.deepEqual(withDefaults(table, { on: false, check: { wait: '1s' } }), { on: false, check: { wait: '1s' } });
  });
});
