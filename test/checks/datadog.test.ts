import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { text } from 'node:stream/consumers';
import type { RequestOf } from '../../checks/contract';
import type { CheckVerdict } from '../../checks/protocol';
import { projectRoot } from '../../base/paths';
import { runDatadog } from './datadog-run';
import { fakeDatadog } from './datadog-server';
import { fakeTunnel } from './datadog-tunnel';
import { cleanUp, datadogKeys, datadogRequest } from './fixtures';

/** Datadog's own package against a replay of its API. */
describe('datadog check', function () {
  this.timeout(60_000);
  afterEach(cleanUp);

  const one = 'abc-def-ghi';
  const two = 'jkm-npq-rst';
  const publicIds = [one];

  it('passes when every test has run against the environment and passed, with links, reports and screenshots', async () => {
    const tests = { [one]: { name: 'buy', url: 'https://shop.example.com/cart?x=1' }, [two]: { name: 'home' } };
    const { result, fake, read } = await runDatadog(tests, { publicIds: [one, two] });
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
    const { verdict, fake } = await runDatadog(tests, { search: 'tag:e2e', minTests: 2 });
    assert.equal(verdict, 'pass');
    assert.equal(fake.triggered[0]?.tests.length, 2);
  });

  it('gives locations and variables, and takes a start URL with a path as it is', async () => {
    const { verdict, fake } = await runDatadog(
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
    const { verdict, summary, read } = await runDatadog(tests, { publicIds: [one, two] });
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
      const ran = await runDatadog(tests, { publicIds: Object.keys(tests), ...settings });
      assert.equal(ran.verdict, verdict);
      assert.match(ran.summary, seen);
    });

  it('aims a test of another type by the variables that it uses', async () => {
    const multi = {
      type: 'api',
      subtype: 'multi',
      config: { steps: [{ subtype: 'http', url: '{{ BASE }}/x' }] },
    } as const;
    const passed = await runDatadog(
      { [one]: multi },
      { publicIds, variables: { BASE: 'https://staging.shop.example.com' } },
    );
    assert.equal(passed.verdict, 'pass', passed.summary);
    const other = await runDatadog({ [one]: multi }, { publicIds, variables: { OTHER: 'x' } });
    assert.equal(other.verdict, 'unknown');
  });

  it('goes through the tunnel to the service itself, and keeps the tunnel’s key to itself', async () => {
    const tunnel = await fakeTunnel({ host: 'tunnel.example.com', id: 'tunnel-1' });
    const instead = { '/api/v1/synthetics/ci/tunnel': { body: { url: tunnel.url } } };
    const settings = { publicIds, tunnel: true, startUrl: undefined };
    const { verdict, summary, fake, read, result } = await runDatadog({ [one]: {} }, settings, { instead });
    assert.equal(verdict, 'pass', summary);
    const [sent] = fake.triggered[0]?.tests ?? [];
    assert.equal(sent?.['startUrl'], 'http://frontend/');
    const { host, id, privateKey } = sent['tunnel'] as Record<string, string>;
    assert.deepEqual([host, id], ['tunnel.example.com', 'tunnel-1']);
    assert.match(privateKey ?? '', /^-----BEGIN/);
    const kept = result.files.filter((file) => !file.endsWith('.jpg')).map(read);
    assert.ok(!kept.join('\n').includes('-----BEGIN'));
    assert.ok(tunnel.isClosed());
  });

  it('tests the service that it is told through the tunnel', async () => {
    const tunnel = await fakeTunnel({ host: 'tunnel.example.com', id: 'tunnel-1' });
    const instead = { '/api/v1/synthetics/ci/tunnel': { body: { url: tunnel.url } } };
    const settings = { publicIds, tunnel: true, startUrl: undefined, service: 'discounts' };
    const { fake } = await runDatadog({ [one]: {} }, settings, { instead });
    assert.equal(fake.triggered[0]?.tests[0]?.['startUrl'], 'http://discounts/');
  });

  it('passes without a screenshot that can’t be had, and says so', async () => {
    const { verdict, result, read } = await runDatadog(
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
    const { out, code } = await runProgram({
      ...datadogRequest({}),
      settings: { publicIds, tunnel: true, apiUrl: url },
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
