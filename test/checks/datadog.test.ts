import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { text } from 'node:stream/consumers';
import type { CheckVerdict, RequestOf } from '../../checks/contract';
import { runHere } from '../../checks/run';
import { projectRoot } from '../../paths';
import { fakeDatadog, type FakeDatadog, type FakeTest } from './datadog-server';
import { cleanUp, datadogKeys, datadogRequest } from './fixtures';

type Settings = RequestOf<'datadog'>['settings'];

/** Datadog's own package against a replay of its API. */
describe('datadog check', function () {
  this.timeout(60_000);
  afterEach(cleanUp);

  const one = 'abc-def-ghi';
  const two = 'jkm-npq-rst';
  const publicIds = [one];

  interface Ran {
    verdict: CheckVerdict['verdict'];
    summary: string;
    result: CheckVerdict;
    fake: FakeDatadog;
    read: (file: string) => string;
  }
  async function run(
    tests: Record<string, FakeTest>,
    settings: Settings,
    o: Parameters<typeof fakeDatadog>[1] & { limit?: number; apiUrl?: string } = {},
  ): Promise<Ran> {
    const fake = await fakeDatadog(tests, o);
    const request = datadogRequest({ apiUrl: o.apiUrl ?? fake.url, ...settings }, o.limit);
    const result = await runHere(request);
    const { verdict, summary } = result;
    return {
      verdict,
      summary,
      result,
      fake,
      read: (file) => fs.readFileSync(path.join(request.evidence, file), 'utf8'),
    };
  }

  it('passes when every test has run against the environment and passed, with links, reports and screenshots', async () => {
    const tests = { [one]: { name: 'buy', url: 'https://shop.example.com/cart?x=1' }, [two]: { name: 'home' } };
    const { result, fake, read } = await run(tests, { publicIds: [one, two] });
    assert.equal(result.verdict, 'pass', result.summary);
    assert.deepEqual(
      result.steps.map(({ name, screenshot }) => [name, screenshot]),
      [
        ['the tests are there', undefined],
        ['2 tests run', undefined],
        ['buy (abc-def-ghi), Frankfurt (AWS)', '01-abc-def-ghi.jpg'],
        ['home (jkm-npq-rst), Frankfurt (AWS)', '02-jkm-npq-rst.jpg'],
      ],
    );
    assert.deepEqual(result.files, [
      '01-abc-def-ghi.jpg',
      '02-jkm-npq-rst.jpg',
      'check.log',
      'datadog.json',
      'junit.xml',
      'results.json',
      'verdict.json',
    ]);
    const base = 'https://app.datadoghq.com/synthetics';
    assert.deepEqual(JSON.parse(read('datadog.json')), {
      batch: `${base}/explorer/ci?batchResultId=batch-1`,
      results: [
        [one, 'buy'],
        [two, 'home'],
      ].map(([id, name]) => ({
        publicId: id,
        title: `${name} (${id}), Frankfurt (AWS)`,
        verdict: 'pass',
        link: `${base}/details/${id}/result/result-${id}?batch_id=batch-1&from_ci=true`,
        resultId: `result-${id}`,
      })),
    });
    assert.match(read('junit.xml'), /tests_passed="2"/);
    assert.deepEqual(
      fake.triggered.map(({ tests: sent, options }) => [
        sent.map(({ public_id: id, startUrl }) => [id, startUrl]),
        options,
      ]),
      [
        [
          [
            [one, 'https://staging.shop.example.com/cart?x=1'],
            [two, 'https://staging.shop.example.com/'],
          ],
          { batch_timeout: 18_000, selective_rerun: false },
        ],
      ],
    );
  });

  it('finds tests by search', async () => {
    const tests = { [one]: {}, [two]: {} };
    const { verdict, fake } = await run(tests, { search: 'tag:e2e', minTests: 2 });
    assert.equal(verdict, 'pass');
    assert.equal(fake.triggered[0]?.tests.length, 2);
  });

  it('gives locations and variables, and takes a start URL with a path as it is', async () => {
    const { verdict, fake } = await run(
      { [one]: { type: 'api', subtype: 'http', url: '{{ HOST }}/health' } },
      {
        publicIds,
        startUrl: 'https://staging.shop.example.com/login',
        locations: ['aws:eu-central-1'],
        variables: { A: 'b' },
      },
    );
    assert.equal(verdict, 'pass');
    assert.deepEqual(fake.triggered[0]?.tests, [
      {
        public_id: one,
        startUrl: 'https://staging.shop.example.com/login',
        locations: ['aws:eu-central-1'],
        variables: { A: 'b' },
      },
    ]);
  });

  it('fails when a test does: which step, why, the link, a screenshot of it', async () => {
    const tests = { [one]: {}, [two]: { name: 'buy', inBatch: { status: 'failed' } } };
    const { verdict, summary, read } = await run(tests, { publicIds: [one, two] });
    assert.equal(verdict, 'fail');
    assert.equal(
      summary,
      'step "buy (jkm-npq-rst), Frankfurt (AWS)": step "Click on "Buy"": no element "Buy" ' +
        '(https://app.datadoghq.com/synthetics/details/jkm-npq-rst/result/result-jkm-npq-rst?batch_id=batch-1&from_ci=true)' +
        '; screenshot 01-jkm-npq-rst.jpg',
    );
    assert.match(read('junit.xml'), /tests_failed="1"/);
  });

  const nonBlocking = { executionRule: 'non_blocking', inBatch: { status: 'failed' } } as const;
  for (const [what, settings, tests, verdict, seen] of [
    ['refuses the failure of a non-blocking test', {}, { [one]: nonBlocking }, 'fail', /no element "Buy"/],
    [
      'lets it pass when config says so',
      { nonBlocking: 'ignore' },
      { [one]: nonBlocking, [two]: {} },
      'pass',
      /^4 steps/,
    ],
    [
      'but not when nothing else has passed',
      { nonBlocking: 'ignore' },
      { [one]: nonBlocking },
      'fail',
      /no test that counts/,
    ],
  ] as const)
    it(what, async () => {
      const ran = await run(tests, { publicIds: Object.keys(tests), ...settings });
      assert.equal(ran.verdict, verdict);
      assert.match(ran.summary, seen);
    });

  const unclear: [string, Record<string, FakeTest>, Settings, Parameters<typeof run>[2], RegExp][] = [
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
      const { verdict, summary } = await run(tests, settings, o);
      assert.equal(verdict, 'unknown', summary);
      assert.match(summary, seen);
    });

  it('aims a test of another type by the variables that it uses', async () => {
    const multi = {
      type: 'api',
      subtype: 'multi',
      config: { steps: [{ subtype: 'http', url: '{{ BASE }}/x' }] },
    } as const;
    const passed = await run({ [one]: multi }, { publicIds, variables: { BASE: 'https://staging.shop.example.com' } });
    assert.equal(passed.verdict, 'pass', passed.summary);
    const other = await run({ [one]: multi }, { publicIds, variables: { OTHER: 'x' } });
    assert.equal(other.verdict, 'unknown');
  });

  it('passes without a screenshot that can’t be had, and says so', async () => {
    const { verdict, result, read } = await run(
      { [one]: {} },
      { publicIds },
      {
        instead: { [`/api/v2/synthetics/tests/${one}/files`]: { status: 404, body: { errors: ['Not found'] } } },
      },
    );
    assert.equal(verdict, 'pass');
    assert.ok(!result.files.some((file) => file.endsWith('.jpg')));
    assert.match(
      read('check.log'),
      /screenshot of abc-def-ghi: not available \(\/api\/v2\/.*\/files\/download answers 404\)/,
    );
  });

  /** As a container does. */
  async function runProgram(request: RequestOf<'datadog'>) {
    const program = path.join(projectRoot, 'checks', 'main.cjs');
    const child = spawn(process.execPath, [program], { cwd: path.parse(projectRoot).root });
    child.stdin.end(JSON.stringify(request));
    const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
    const [out, log, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
    return { out, log, code };
  }

  it('keeps the gate shut when a tunnel does not open, at which datadog-ci ends its process', async () => {
    const tunnel = { body: { url: 'ws://127.0.0.1:9' } };
    const { url } = await fakeDatadog({ [one]: {} }, { instead: { '/api/v1/synthetics/ci/tunnel': tunnel } });
    const { startUrl: _, ...settings } = datadogRequest({}).settings;
    const { out, code } = await runProgram({
      ...datadogRequest({}),
      settings: { ...settings, publicIds, tunnel: true, apiUrl: url },
    });
    assert.equal(code, 2);
    const { verdict, summary } = JSON.parse(out) as CheckVerdict;
    assert.deepEqual([verdict, summary], ['unknown', 'its process ended by exit code 1 before it gave a verdict']);
  });

  it('is a program like the others, and tells its keys to nobody but Datadog', async () => {
    const fake = await fakeDatadog({ [one]: {} });
    const request = datadogRequest({ publicIds, apiUrl: fake.url });
    const { out, log, code } = await runProgram(request);
    assert.equal(code, 0, out + log);
    const kept = fs
      .readdirSync(request.evidence)
      .map((file) => fs.readFileSync(path.join(request.evidence, file), 'latin1'));
    for (const said of [out, log, ...kept]) {
      for (const key of Object.values(datadogKeys)) assert.ok(!said.includes(key));
      assert.ok(!said.includes('s1gned'));
    }
  });
});
