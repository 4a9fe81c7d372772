import * as assert from 'node:assert/strict';
import { benchOptions, rowNames } from '../../bench/options';
import { main } from '../../bench/run';

async function noted(...argv: string[]): Promise<{ code: number; text: string }> {
  const lines: string[] = [];
  const code = await main(argv, {
    say: (line) => lines.push(`on standard output: ${line}`),
    note: (line) => lines.push(line),
  });
  return { code, text: lines.join('\n') };
}

describe('the bench’s options', () => {
  it('all rows, 30 deployments under 500 requests a second by default', () => {
    assert.deepEqual(benchOptions({}, []), { rows: [...rowNames], json: false, deployments: 30, rate: 500 });
  });

  it('named rows run in the bench’s order, each once', () => {
    const { rows } = benchOptions({}, ['noop', 'edge', 'noop']);
    assert.deepEqual(rows, ['edge', 'noop']);
  });

  it('takes numbers', () => {
    const { deployments, rate, json } = benchOptions({ deployments: '6', rate: '100', json: true }, []);
    assert.deepEqual({ deployments, rate, json }, { deployments: 6, rate: 100, json: true });
  });

  it('a row that is none: one error, exit code 2, nothing started', async () => {
    const { code, text } = await noted('nop');
    assert.equal(code, 2);
    assert.equal(
      text,
      'error: there is no row "nop"; did you mean "noop"?\n  next: one of: edge, noop, growth, from-nothing, delivery, deployments',
    );
  });

  for (const [option, value] of [
    ['deployments', 'many'],
    ['deployments', '2'],
    ['deployments', '6.5'],
    ['rate', '-5'],
    ['rate', '100000'],
    ['rate', ''],
  ] as const) {
    it(`--${option} "${value}": one error, exit code 2, nothing started`, async () => {
      const { code, text } = await noted(`--${option}=${value}`);
      assert.equal(code, 2);
      assert.match(
        text,
        new RegExp(
          `^error: option "--${option}" must be a whole number from \\d+ to \\d+, but is "${value}"\\n  next: ./sluice bench --${option} \\d+$`,
        ),
      );
    });
  }
});
