import * as assert from 'node:assert/strict';
import { isMeasured, missingRow, type Row } from '../../bench/result';
import { jsonText, tableText } from '../../bench/table';

const edge: Row = {
  name: 'edge',
  what: 'the edge : a proxy',
  comparisons: [
    {
      figure: 'requests/s',
      unit: 'requests/s',
      one: 'edge',
      other: 'proxy',
      rounds: [
        [900, 1000],
        [1000, 1000],
        [1200, 1000],
      ],
      target: { of: 'ratio', at: 'least', value: 0.9 },
    },
    {
      figure: 'lost',
      unit: 'requests',
      one: 'edge',
      other: 'proxy',
      rounds: [[0, 0]],
      target: { of: 'figure', at: 'most', value: 0 },
    },
    { figure: 'p99', unit: 'ms', one: 'edge', other: 'compose', rounds: [], missing: 'it is not there' },
  ],
  notes: ['over 50 connections'],
};

describe('the bench’s table', () => {
  it('has a line for each comparison, with ratios, target, and the figures behind', () => {
    assert.deepEqual(tableText([edge], 'a machine'), [
      'row   figure                     min  median   max  target     median (least to greatest) of each',
      'edge  requests/s, edge : proxy  0.90    1.00  1.20  ≥ 0.9      1000 (900 to 1200) : 1000 (1000 to 1000) requests/s, 3 rounds',
      '      lost, edge : proxy           –       –     –  first ≤ 0  0 (0 to 0) : 0 (0 to 0) requests, 1 round',
      '      p99, edge : compose          –       –     –             not measured: it is not there',
      '',
      'min, median, max: of the ratios of all rounds; in a round both are measured one after the other',
      'edge: the edge : a proxy',
      '  over 50 connections',
      'machine: a machine',
    ]);
  });

  it('says of a row without any figure why', () => {
    const row = missingRow('delivery', 'push', 'no docker');
    assert.equal(isMeasured(row), false);
    assert.equal(isMeasured(edge), true);
    assert.ok(tableText([row], '').includes('  not measured: no docker'));
  });

  it('as JSON is one object with the ratios, null where there is none, and every round', () => {
    const { machine, rows } = JSON.parse(jsonText([edge], 'a machine')) as {
      machine: string;
      rows: { name: string; comparisons: { ratio: unknown; rounds: unknown; missing?: string }[] }[];
    };
    assert.equal(machine, 'a machine');
    assert.deepEqual(
      rows[0]?.comparisons.map(({ ratio }) => ratio),
      [{ min: 0.9, median: 1, max: 1.2, of: 3 }, null, null],
    );
    assert.deepEqual(rows[0].comparisons[0]?.rounds, edge.comparisons[0]?.rounds);
    assert.equal(rows[0].comparisons[2]?.missing, 'it is not there');
  });
});
