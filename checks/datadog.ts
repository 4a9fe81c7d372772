import type * as DatadogCi from '@datadog/datadog-ci-plugin-synthetics';
import type { CheckContext } from './context';
import type { RequestOf } from './contract';
import { whatDatadogSaid } from './datadog/errors';
import { judgeTests, type Judgement } from './datadog/judge';
import { aimed, ciConfig } from './datadog/plan';
import { reporters } from './datadog/reporters';
import { Screenshots } from './datadog/screenshots';
import { Failed, Unclear } from './outcome';

type Context = CheckContext<RequestOf<'datadog'>>;

/**
 * Runs synthetic tests of Datadog by the library that `datadog-ci synthetics run-tests` consists of, which triggers them
 * through Datadog's API, polls them and opens the tunnel. The verdict is ours: every test that was asked for has run
 * against this environment and passed. Anything else keeps the gate shut, whatever datadog-ci's own defaults are.
 */
export async function datadogCheck(context: Context): Promise<void> {
  const { request, steps, evidence, signal } = context;
  const { settings } = request;
  const ci = await import('@datadog/datadog-ci-plugin-synthetics');
  // The only way to tell it another address; unset, it knows more than one for some sites.
  if (settings.apiUrl === undefined) delete process.env['DD_API_HOST_OVERRIDE'];
  else process.env['DD_API_HOST_OVERRIDE'] = settings.apiUrl.replace(/\/+$/, '');
  const config = ciConfig(request);
  const report = reporters(ci, evidence);
  const step = settings.search === undefined ? 'the tests are there' : `a search for "${settings.search}" finds tests`;
  const { plan, summary } = await steps.run(step, async () => {
    const { testPlan, initialSummary } = await said(ci.planDryRun(report.main, config), signal);
    report.refuseWarnings();
    return { plan: aimed(testPlan, request, ci.utils.isTestSupportedByTunnel), summary: initialSummary };
  });
  for (const { test, testOverrides } of plan) {
    evidence.note(`${test.name} (${test.public_id}) is to run against ${testOverrides.startUrl ?? 'its variables'}`);
  }

  const began = new Date().getTime();
  const ended = await steps.run(`${plan.length} ${plan.length === 1 ? 'test runs' : 'tests run'}`, () =>
    said(ci.executeTests(report.main, config, undefined, plan, summary), signal),
  );
  // Writes the reports.
  ci.utils.renderResults({
    ...ended,
    config,
    reporter: report.main,
    orgSettings: undefined,
    startTime: began,
  });

  const base = ci.utils.getAppBaseURL({ datadogSite: config.datadogSite, subdomain: 'app' });
  const judgements = judgeTests(plan, ended.results, settings.nonBlocking ?? 'refuse').map((one) => ({
    ...one,
    link: linkTo(ci, base, one, ended.summary.batchId),
  }));
  const batch = ci.utils.getBatchUrl(base, ended.summary.batchId);
  evidence.write('datadog.json', `${JSON.stringify({ batch, results: judgements.map(brief) }, null, 2)}\n`);
  evidence.note(`all of them: ${batch}`);
  const screenshots = new Screenshots(request, evidence, signal);
  for (const one of judgements) await tell(one, context, screenshots);
}

/** A step for each result. One that is not good does not keep the others from being told. */
async function tell(one: Judgement & { link: string }, { steps, evidence }: Context, pictures: Screenshots) {
  evidence.note(`${one.title}: ${one.verdict}${one.problem === undefined ? '' : `, ${one.problem}`}: ${one.link}`);
  const screenshot = one.result === undefined ? undefined : await pictures.of(one.result, one.verdict);
  const outcome = one.verdict === 'fail' ? Failed : Unclear;
  await steps
    .run(
      one.title,
      () => {
        if (one.verdict === 'fail' || one.verdict === 'unknown') throw new outcome(one.problem ?? 'no reason given');
      },
      () => Promise.resolve({ where: one.link, ...(screenshot === undefined ? {} : { screenshot }) }),
    )
    // It is on record.
    .catch(() => undefined);
}

/** Waits for datadog-ci, which can't be told to stop, no longer than until the time is over; says what its errors mean for people. */
async function said<T>(doing: Promise<T>, signal: AbortSignal): Promise<T> {
  const over = new Promise<never>((_resolve, reject) => {
    const stop = () => reject(new Unclear('the time is over'));
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
  try {
    return await Promise.race([doing, over]);
  } catch (error) {
    throw error instanceof Unclear ? error : new Unclear(whatDatadogSaid(error));
  }
}

function linkTo(ci: typeof DatadogCi, base: string, { result, publicId }: Judgement, batchId: string): string {
  if (result === undefined) return `${base}synthetics/details/${publicId}`;
  return ci.utils.getResultUrl(base, result.test, result.resultId, batchId);
}

/** One result for the evidence; results.json has all that datadog-ci knows of it. */
function brief({ publicId, title, verdict, problem, link, result }: Judgement & { link: string }) {
  return { publicId, title, verdict, problem, link, resultId: result?.resultId };
}
