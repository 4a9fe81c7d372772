import assert from 'node:assert/strict';
import { runDatadog, type RunOptions, type Settings } from './datadog-run';
import type { FakeTest } from './datadog-server';
import { cleanUp } from './fixtures';

/** All that keeps the gate shut without anything being known to be broken. */
describe('datadog check', function () {
  this.timeout(60_000);
  afterEach(cleanUp);

  const one = 'abc-def-ghi';
  const two = 'jkm-npq-rst';
  const publicIds = [one];

  const unclear: [string, Record<string, FakeTest>, Settings, RunOptions, RegExp][] = [
    ['there is no such test', {}, { publicIds }, {}, /Datadog has no such test: abc-def-ghi/],
    ['one of two is missing', { [one]: {} }, { publicIds: [one, two] }, {}, /Datadog has no such test: jkm-npq-rst/],
    ['a search finds none', {}, { search: 'tag:none' }, {}, /there is no test to run/],
    ['a search finds too few', { [one]: {} }, { search: 'tag:e2e', minTests: 2 }, {}, /finds 1 tests, at least 2/],
    ['a search finds what is gone', {}, { search: 'tag:e2e' }, { found: [one] }, /Datadog has no such test/],
    ['a test is skipped by its rule', { [one]: { executionRule: 'skipped' } }, { publicIds }, {}, /would not run: /],
    [
      'a test is skipped in the batch',
      { [one]: { inBatch: { status: 'skipped', execution_rule: 'skipped' } } },
      { publicIds },
      {},
      /it has no result/,
    ],
    [
      'a pass is one of before',
      {
        [one]: {
          inBatch: {
            status: 'skipped',
            selective_rerun: { decision: 'skip', reason: 'passed', linked_result_id: 'x' },
          },
        },
      },
      { publicIds },
      {},
      /it was skipped/,
    ],
    ['a run is empty', { [one]: { lost: true } }, { publicIds }, {}, /it has no result/],
    [
      'one of two has no result',
      { [one]: {}, [two]: { lost: true } },
      { publicIds: [one, two] },
      {},
      /jkm-npq-rst\)": it has no result/,
    ],
    [
      'a test times out',
      { [one]: { inBatch: { status: 'failed', timed_out: true } } },
      { publicIds },
      {},
      /it did not end before the time limit of its batch/,
    ],
    [
      'Datadog itself is ill',
      { [one]: { inBatch: { status: 'failed' }, result: { unhealthy: true } } },
      { publicIds },
      {},
      /Datadog could not run it/,
    ],
    [
      'batch and result differ',
      { [one]: { result: { status: 'failed' } } },
      { publicIds },
      {},
      /says two things of it/,
    ],
    [
      'a test was run elsewhere',
      { [one]: { result: { start_url: 'https://shop.example.com/' } } },
      { publicIds },
      {},
      /it was run against https:\/\/shop\.example\.com\/, not against https:\/\/staging/,
    ],
    [
      'a test can’t be aimed',
      { [one]: { type: 'api', subtype: 'ssl' } },
      { publicIds },
      {},
      /can't be aimed at staging: of its type \(ssl\)/,
    ],
    ['its start URL says nothing', { [one]: { url: 'shop' } }, { publicIds }, {}, /the start URL of .* is shop/],
    [
      'the keys are wrong (403)',
      { [one]: {} },
      { publicIds },
      { keys: { datadogApiKey: 'x', datadogAppKey: 'y' } },
      /the keys may not run these tests: abc-def-ghi \(set sluice:datadogApiKey/,
    ],
    [
      'the keys are wrong for a search (403)',
      { [one]: {} },
      { search: 'tag:e2e' },
      { keys: { datadogApiKey: 'x', datadogAppKey: 'y' } },
      /Datadog refuses the keys: .*synthetics_write/,
    ],
    [
      'the keys are unknown (401)',
      { [one]: {} },
      { publicIds },
      { instead: { '/api/v1/synthetics/tests/': { status: 401, body: { errors: ['Unauthorized'] } } } },
      /Unauthorized.*\(set sluice:datadogApiKey/,
    ],
    [
      'the keys may read, but not start',
      { [one]: {} },
      { publicIds },
      {
        instead: {
          '/api/v1/synthetics/tests/trigger': {
            status: 403,
            body: { errors: [`Cannot write tests or results (test ids: ['${one}'])`] },
          },
        },
      },
      /the keys may not run these tests/,
    ],
    [
      'Datadog is down',
      { [one]: {} },
      { publicIds },
      { instead: { '/api/': { status: 503, body: { errors: ['down'] } } } },
      /down/,
    ],
    [
      'nobody answers',
      {},
      { publicIds },
      { apiUrl: 'http://127.0.0.1:9' },
      /Datadog did not say which tests there are/,
    ],
    [
      'the list of tests is no JSON',
      {},
      { search: 'tag:e2e' },
      { instead: { '/api/v1/synthetics/tests/search': { body: '{"tests": [' } } },
      /Datadog did not say which tests there are/,
    ],
    [
      'a test is no JSON',
      {},
      { publicIds },
      { instead: { [`/api/v1/synthetics/tests/${one}`]: { body: '<html>' } } },
      /without a public id/,
    ],
    [
      'the batch is no JSON',
      { [one]: {} },
      { publicIds },
      { instead: { '/api/v1/synthetics/ci/batch': { body: '{"data"' } } },
      /Datadog did not say how the tests went/,
    ],
    [
      'the results are no JSON',
      { [one]: {} },
      { publicIds },
      { instead: { '/api/v2/synthetics/tests/poll_results': { body: 'oops' } } },
      /Datadog did not say how the tests went/,
    ],
    [
      'a batch never ends',
      { [one]: {} },
      { publicIds },
      { batch: { status: 'in_progress' }, limit: 2 },
      /^it did not end within 2 s/,
    ],
    ['a tunnel can’t be had', { [one]: {} }, { publicIds, tunnel: true }, {}, /Datadog did not offer a tunnel/],
    [
      'a test does not fit the tunnel',
      { [one]: { type: 'api', subtype: 'dns' } },
      { publicIds, tunnel: true },
      {},
      /can't go through the tunnel/,
    ],
  ];
  for (const [what, tests, settings, o, seen] of unclear)
    it(`can't tell when ${what}`, async () => {
      const { verdict, summary } = await runDatadog(tests, settings, o);
      assert.equal(verdict, 'unknown', summary);
      assert.match(summary, seen);
    });
});
