import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { runHere } from '../../checks/run';
import { cleanUp, prometheusRequest, serve } from './fixtures';

const query = 'rate(errors_total[1m])';
const vector = (...values: string[]) => ({
  resultType: 'vector',
  result: values.map((value, i) => ({ metric: { __name__: 'errors', pod: `p${i}` }, value: [1763800000.1, value] })),
});

describe('prometheus check', () => {
  afterEach(cleanUp);

  /** A Prometheus that answers with this to everything. */
  const saying = (body: unknown, asked: string[] = []): Promise<string> =>
    serve((request, response) => {
      asked.push(request.url ?? '');
      response.end(typeof body === 'string' ? body : JSON.stringify(body));
    });
  const success = (data: unknown) => ({ status: 'success', data });
  const of = async (body: unknown, bounds: { min?: number; max?: number } = { max: 5 }) =>
    runHere(prometheusRequest({ url: await saying(body), query, ...bounds }));

  it('asks for the value of now, passes when every value is within its bounds, and keeps the answer', async () => {
    const asked: string[] = [];
    const request = prometheusRequest({
      url: `${await saying(success(vector('0', '5')), asked)}/`,
      query,
      min: 0,
      max: 5,
    });
    const { verdict, steps } = await runHere(request);
    assert.equal(verdict, 'pass');
    assert.deepEqual(asked, ['/api/v1/query?query=rate%28errors_total%5B1m%5D%29']);
    assert.equal(steps.at(-1)?.name, 'errors{pod="p1"} is at least 0 and at most 5');
    assert.match(fs.readFileSync(path.join(request.evidence, 'response.json'), 'utf8'), /"vector"/);
    assert.equal((await of(success({ resultType: 'scalar', result: [1, '4'] }))).verdict, 'pass');
  });

  for (const [what, values, bounds, seen] of [
    ['above its bound', ['1', '5.1'], { max: 5 }, /errors\{pod="p1"\} is at most 5": expected at most 5, seen 5\.1/],
    ['below its bound', ['0.5'], { min: 1 }, /expected at least 1, seen 0\.5/],
    ['infinite', ['+Inf'], { max: 5 }, /seen Infinity/],
  ] as const)
    it(`fails when a value is ${what}`, async () => {
      const { verdict, summary } = await of(success(vector(...values)), bounds);
      assert.equal(verdict, 'fail');
      assert.match(summary, seen);
    });

  for (const [what, body, seen] of [
    ['no data', success(vector()), /the query gives no data/],
    ['NaN, as of a division by nothing', success(vector('1', 'NaN')), /errors\{pod="p1"\} is no number/],
    ['a range', success({ resultType: 'matrix', result: [] }), /the query gives a matrix/],
    ['an error', { status: 'error', errorType: 'bad_data', error: 'parse error' }, /bad_data: parse error/],
    ['something else', '<html>sign in</html>', /that is no answer of a Prometheus: <html>sign in/],
    ['nothing', '', /that is no answer of a Prometheus/],
  ] as const)
    it(`can't tell from ${what}`, async () => {
      const { verdict, summary } = await of(body);
      assert.equal(verdict, 'unknown');
      assert.match(summary, seen);
    });

  it("can't tell when nobody answers", async () => {
    const { verdict, summary } = await runHere(prometheusRequest({ url: 'http://127.0.0.1:9', query, max: 1 }));
    assert.equal(verdict, 'unknown');
    assert.match(summary, /no answer from http:\/\/127\.0\.0\.1:9/);
  });
});
