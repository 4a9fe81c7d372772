import type { IncomingMessage } from 'node:http';
import { json } from 'node:stream/consumers';
import { datadogKeys, serve } from './fixtures';

/**
 * A replay of what datadog-ci and the check ask of Datadog's API: tests, search, trigger, batch, results (published in the API
 * reference, v1 and v2) and the tunnel's address (which datadog-ci alone uses). It answers with the fields that the reference
 * describes; what a real Datadog does beyond that it can't show.
 */
export interface FakeTest {
  name?: string;
  type?: 'browser' | 'api';
  subtype?: string;
  /** The start URL; undefined for a test of a type that has none. */
  url?: string;
  executionRule?: 'blocking' | 'non_blocking' | 'skipped';
  /** What its result in the batch says beside the usual. */
  inBatch?: Record<string, unknown>;
  /** What its full result says beside the usual. */
  result?: Record<string, unknown>;
  /** It gives no result at all. */
  lost?: boolean;
  config?: Record<string, unknown>;
}

/** One answer in place of the usual: status and body by the beginning of a path. */
type Instead = Record<string, { status?: number; body: unknown }>;

export interface FakeDatadog {
  url: string;
  /** Method and path of each question, in order. */
  asked: string[];
  /** What was triggered. */
  triggered: { tests: Record<string, unknown>[]; options: Record<string, unknown> }[];
}

const picture = Buffer.from('ffd8ffe000104a464946', 'hex');

/** @param o.found what a search finds; all tests by default */
export async function fakeDatadog(
  tests: Record<string, FakeTest>,
  o: { found?: string[]; instead?: Instead; batch?: Record<string, unknown>; keys?: typeof datadogKeys } = {},
): Promise<FakeDatadog> {
  const fake: FakeDatadog = { url: '', asked: [], triggered: [] };
  const { datadogApiKey, datadogAppKey } = o.keys ?? datadogKeys;
  fake.url = await serve((request, response) => {
    const url = new URL(request.url ?? '', 'http://datadog');
    fake.asked.push(`${request.method} ${url.pathname}`);
    const answer = ([status, body]: Answer) => {
      response.writeHead(status, { 'content-type': Buffer.isBuffer(body) ? 'image/jpeg' : 'application/json' });
      response.end(typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body));
    };
    const [, instead] = Object.entries(o.instead ?? {}).find(([path]) => url.pathname.startsWith(path)) ?? [];
    const isKnown =
      request.headers['dd-api-key'] === datadogApiKey && request.headers['dd-application-key'] === datadogAppKey;
    if (url.pathname.startsWith('/files/')) {
      // A signed address needs no keys, and must not be given any.
      answer(request.headers['dd-api-key'] === undefined ? [200, picture] : [400, { errors: ['keys'] }]);
    } else if (instead !== undefined) answer([instead.status ?? 200, instead.body]);
    else if (!isKnown) answer([403, { errors: ['Forbidden'] }]);
    else {
      reply(fake, tests, o, request, url).then(answer, (error: unknown) => {
        answer([500, { errors: [String(error)] }]);
      });
    }
  });
  return fake;
}

/** Status and body. */
type Answer = [number, unknown];

async function reply(
  fake: FakeDatadog,
  tests: Record<string, FakeTest>,
  { found, batch }: { found?: string[]; batch?: Record<string, unknown> },
  request: IncomingMessage,
  { pathname, searchParams }: URL,
): Promise<Answer> {
  const v1 = pathname.replace('/api/v1/synthetics', '');
  const v2 = pathname.replace('/api/v2/synthetics', '');
  const last = pathname.split('/').at(-1) ?? '';
  if (v1 === '/tests/search') return [200, { tests: (found ?? Object.keys(tests)).map((id) => ({ public_id: id })) }];
  if (v1 === '/tests/trigger/ci') {
    const body = (await json(request)) as FakeDatadog['triggered'][number];
    fake.triggered.push(body);
    const location = {
      id: 1,
      name: 'aws:eu-central-1',
      display_name: 'Frankfurt (AWS)',
      region: 'EMEA',
      is_active: true,
    };
    return [200, { batch_id: 'batch-1', locations: [location], results: [], triggered_check_ids: [] }];
  }
  const ran = Object.entries(tests).filter(
    ([id, { lost }]) => lost !== true && (fake.triggered[0]?.tests ?? []).some((each) => each['public_id'] === id),
  );
  if (v1 === '/ci/batch/batch-1') {
    const results = ran.map(([id, test]) => batchResult(id, test));
    const bad = results.some((each) => each['status'] === 'failed' && each['execution_rule'] === 'blocking');
    return [200, { data: { metadata: {}, results, status: bad ? 'failed' : 'passed', ...batch } }];
  }
  if (/^\/tests\/[^/]+$/.test(v1)) {
    const test = tests[last];
    return test === undefined ? [404, { errors: ['Synthetics test not found'] }] : [200, described(last, test)];
  }
  if (v2 === '/tests/poll_results') {
    const wanted = JSON.parse(searchParams.get('result_ids') ?? '[]') as string[];
    const these = ran.filter(([id]) => wanted.includes(`result-${id}`));
    return [
      200,
      {
        data: these.map(([id, test]) => ({
          id: `result-${id}`,
          type: 'result',
          attributes: { test_type: test.type ?? 'browser', result: fullResult(id, test, fake) },
          relationships: { test: { data: { id, type: 'test' } } },
        })),
        included: these.map(([id, test]) => ({
          type: 'test',
          id,
          attributes: { type: test.type ?? 'browser', subtype: test.subtype, config: {} },
        })),
      },
    ];
  }
  if (/^\/tests\/browser\/[^/]+\/results\//.test(v2)) {
    const [id = '', test = {}] = ran.find(([each]) => last === `result-${each}`) ?? [];
    return [200, { data: { id: last, type: 'result', attributes: { result: fullResult(id, test, fake) } } }];
  }
  if (/^\/tests\/[^/]+\/files\/download$/.test(v2)) {
    const { bucketKey } = (await json(request)) as { bucketKey: string };
    return [200, { url: `${fake.url}/files/${bucketKey}?signature=s1gned` }];
  }
  return [404, { errors: [`no such thing: ${pathname}`] }];
}

function described(id: string, { name, type = 'browser', subtype, url, executionRule, config }: FakeTest) {
  return {
    public_id: id,
    name: name ?? `test ${id}`,
    type,
    subtype,
    status: 'live',
    monitor_id: 1,
    message: '',
    tags: ['e2e'],
    locations: ['aws:eu-central-1'],
    options: executionRule === undefined ? {} : { ci: { executionRule } },
    config: {
      assertions: [],
      variables: [],
      request: { method: 'GET', url: url ?? 'https://shop.example.com/' },
      ...config,
    },
  };
}

function batchResult(id: string, { executionRule, inBatch }: FakeTest): Record<string, unknown> {
  return {
    duration: 1234,
    execution_rule: executionRule ?? 'blocking',
    location: 'aws:eu-central-1',
    result_id: `result-${id}`,
    retries: null,
    max_retries: null,
    status: 'passed',
    test_public_id: id,
    timed_out: null,
    ...inBatch,
  };
}

function fullResult(id: string, { type = 'browser', inBatch, result }: FakeTest, fake: FakeDatadog) {
  const status = inBatch?.['status'] ?? 'passed';
  const triggered = fake.triggered[0]?.tests.find((each) => each['public_id'] === id);
  const steps = [
    step('Navigate to start URL', 'one.jpg'),
    step('Click on "Buy"', 'two.jpg', status === 'failed' ? { code: 'X', message: 'no element "Buy"' } : undefined),
  ];
  const browser =
    type === 'browser'
      ? { start_url: triggered?.['startUrl'], duration: 1234, steps }
      : { assertions: [], timings: { total: 1 } };
  return { id: `result-${id}`, status, finished_at: 1_780_000_000_000, ...browser, ...result };
}

function step(description: string, screenshot: string, failure?: { code: string; message: string }) {
  return {
    description,
    status: failure === undefined ? 'passed' : 'failed',
    allow_failure: false,
    browser_errors: [],
    vitals_metrics: [],
    duration: 1,
    type: 'click',
    url: '',
    bucket_keys: { screenshot },
    ...(failure === undefined ? {} : { failure }),
  };
}
