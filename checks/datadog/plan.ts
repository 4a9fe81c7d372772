import type { RunTestsCommandConfig, Test, TestPlan, TestPlanItem } from '@datadog/datadog-ci-plugin-synthetics';
import type { RequestOf } from '../contract';
import { Unclear } from '../outcome';
import { hasRule } from './rule';

type Request = RequestOf<'datadog'>;

/** More than that datadog-ci cuts off. */
const MOST_TESTS = 1000;

/**
 * What datadog-ci is told. Of its defaults those that let a pipeline go on without a result are turned round, and so is
 * the organisation's "selective rerun", which takes a pass of before for one of now.
 */
export function ciConfig({ settings, secrets, timeLimitSeconds }: Request): RunTestsCommandConfig {
  const { publicIds, search, variables, locations, tunnel, site } = settings;
  return {
    apiKey: secrets?.['datadogApiKey'] ?? '',
    appKey: secrets?.['datadogAppKey'] ?? '',
    datadogSite: site ?? 'datadoghq.com',
    subdomain: 'app',
    // No file is read, and the proxy is the environment's, if it names one.
    configPath: '',
    files: [],
    proxy: { protocol: 'http' },
    publicIds: publicIds ?? [],
    testSearchQuery: search ?? '',
    tunnel: tunnel ?? false,
    // Before our own limit, so that Datadog ends what runs and says which test it was.
    batchTimeout: Math.round(timeLimitSeconds * 900),
    failOnCriticalErrors: true,
    failOnMissingTests: true,
    failOnTimeout: true,
    selectiveRerun: false,
    defaultTestOverrides: {
      ...(variables === undefined ? {} : { variables }),
      ...(locations === undefined ? {} : { locations }),
    },
  };
}

/** A test that Datadog has, and what is changed of it for this run. */
export type Planned = TestPlanItem & { test: Test & { public_id: string } };

/**
 * Aims the tests that Datadog has at the environment.
 * @throws Unclear unless they are what was asked for, each will run, and each can be aimed
 */
export function aimed(plan: TestPlan, request: Request, fitsTunnel: (test: Test) => boolean | undefined): Planned[] {
  const { publicIds, search, minTests = 1, tunnel, variables = {} } = request.settings;
  const tests = plan.map((item): Planned => {
    const id = item.test.public_id;
    if (id === undefined) throw new Unclear(`Datadog has a test "${item.test.name}" without a public id`);
    return { ...item, test: { ...item.test, public_id: id } };
  });
  const found = tests.map(({ test }) => test.public_id);
  if (publicIds !== undefined && !sameSet(publicIds, found)) {
    throw new Unclear(`asked for ${publicIds.join(', ')}, but Datadog has ${found.join(', ') || 'none of them'}`);
  }
  if (new Set(found).size !== found.length) throw new Unclear(`Datadog gives a test twice: ${found.join(', ')}`);
  if (search !== undefined && found.length < minTests) {
    throw new Unclear(`the search finds ${found.length} tests, at least ${minTests} are expected`);
  }
  if (found.length >= MOST_TESTS) throw new Unclear(`${MOST_TESTS} tests or more at once: search for fewer`);
  const skipped = tests.filter((item) => hasRule(item, 'skipped')).map(({ test }) => test);
  if (skipped.length > 0) {
    throw new Unclear(`${listed(skipped)} would not run: Datadog is told to skip it in CI (its execution rule)`);
  }
  const base = baseUrl(request);
  for (const { test, testOverrides } of tests) {
    if (tunnel === true && fitsTunnel(test) !== true) {
      throw new Unclear(`${listed([test])} can't go through the tunnel, which takes browser and HTTP tests`);
    }
    if (hasStartUrl(test)) testOverrides.startUrl = startUrlOf(test, base);
    else if (!usesVariable(test, Object.keys(variables))) {
      throw new Unclear(
        `${listed([test])} can't be aimed at ${request.environment}: of its type (${test.subtype ?? test.type}) no start ` +
          'URL can be replaced, and it uses none of the variables that the check sets',
      );
    }
  }
  return tests;
}

/** The address that stands for the environment. */
function baseUrl({ settings, urls }: Request): string {
  const service = settings.service ?? ('frontend' in urls ? 'frontend' : (Object.keys(urls)[0] ?? ''));
  const url = settings.startUrl ?? urls[service];
  if (url === undefined) throw new Unclear('the environment has no service that could be tested');
  return url;
}

/** Of which tests Datadog replaces the start URL. */
function hasStartUrl({ type, subtype }: Test): boolean {
  return type === 'browser' || subtype === 'http';
}

/**
 * Where a test is to start: an address with a path as it is; one without puts its scheme, host and port in place of
 * those of the test's own.
 */
export function startUrlOf(test: Test, base: string): string {
  const { origin, pathname, search, hash } = new URL(base);
  if (pathname !== '/' || search !== '' || hash !== '') return base;
  const own = test.config.request?.url ?? '';
  // A variable of Datadog's may stand for all that comes before the path.
  const path = /^(?:https?:\/\/[^/?#]*|\{\{[^{}]*\}\})([/?#].*)?$/i.exec(own.trim());
  if (path === null) throw new Unclear(`the start URL of ${listed([test])} is ${own === '' ? 'not known' : own}`);
  return origin + (path[1]?.replace(/^(?!\/)/, '/') ?? '/');
}

function usesVariable({ config }: Test, names: readonly string[]): boolean {
  const used = [...JSON.stringify(config).matchAll(/\{\{\s*(\w+)\s*\}\}/g)].map((match) => match[1]);
  return names.some((name) => used.includes(name));
}

function sameSet(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((each) => b.includes(each));
}

function listed(tests: readonly Test[]): string {
  return tests.map((test) => `"${test.name}" (${test.public_id ?? '?'})`).join(', ');
}
