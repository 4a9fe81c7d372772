import type { BaseResult, Result } from '@datadog/datadog-ci-plugin-synthetics';
import type { Planned } from './plan';
import { hasRule } from './rule';

/** What one result says; `ignored` failed, and is allowed to. */
export interface Judgement {
  publicId: string;
  /** The test's name and public id, and where it ran. */
  title: string;
  verdict: 'pass' | 'ignored' | 'fail' | 'unknown';
  /** Why it is no pass, in one line. */
  problem?: string;
  /** Absent for a test that has no result. */
  result?: Result;
}

/**
 * Judges a run by its results, one for each test, location and device; failures first. All of them are passes only if
 * every test that was asked for has run against where it was aimed, nothing else has, and each has passed.
 * @param nonBlocking what the failure of a test means that Datadog calls non-blocking
 */
export function judgeTests(
  plan: readonly Planned[],
  results: readonly Result[],
  nonBlocking: 'refuse' | 'ignore',
): Judgement[] {
  const judged = results
    // Of a test that was tried again the last try counts.
    .filter((result) => !('isNonFinal' in result && result.isNonFinal === true))
    .map((result) => judgeOne(result, plan, nonBlocking));
  const missing = plan
    .filter(({ test }) => !judged.some(({ publicId }) => publicId === test.public_id))
    .map(({ test }): Judgement => {
      const title = `${test.name} (${test.public_id})`;
      return { publicId: test.public_id, title, verdict: 'unknown', problem: 'it has no result' };
    });
  const all = [...judged, ...missing];
  const order: Judgement['verdict'][] = ['fail', 'unknown', 'ignored', 'pass'];
  const sorted = all.toSorted((a, b) => order.indexOf(a.verdict) - order.indexOf(b.verdict));
  if (all.some(({ verdict }) => verdict !== 'ignored')) return sorted;
  return sorted.map((one) => ({
    ...one,
    verdict: 'fail',
    problem: `no test that counts has passed; ${one.problem ?? ''}`,
  }));
}

function judgeOne(result: Result, plan: readonly Planned[], nonBlocking: 'refuse' | 'ignore'): Judgement {
  const publicId = result.test.public_id ?? '';
  const planned = plan.find(({ test }) => test.public_id === publicId);
  const places = [
    'location' in result ? result.location : undefined,
    'device' in result ? result.device?.id : undefined,
  ].filter((place) => place !== undefined && place !== '');
  const title = [`${planned?.test.name ?? result.test.name} (${publicId})`, ...places].join(', ');
  const unknown = (problem: string): Judgement => ({ publicId, title, verdict: 'unknown', problem, result });

  if (planned === undefined) return unknown('it was not asked for');
  if (result.selectiveRerun?.decision === 'skip' || !isRun(result)) return unknown('it was skipped');
  if (result.timedOut) return unknown('it did not end before the time limit of its batch');
  const details = result.result;
  if (details?.unhealthy === true) return unknown(`Datadog could not run it: ${failureOf(result)}`);
  if (details?.status === 'skipped') return unknown('it was skipped');
  // They may come too late; what the batch says of a result stands without them.
  if (details !== undefined && result.passed !== (details.status === 'passed')) {
    return unknown('Datadog says two things of it: it has passed, and it has not');
  }
  const other = startedElsewhere(result, planned.testOverrides.startUrl);
  if (other !== undefined) return unknown(`it was run against ${other}, not against ${planned.testOverrides.startUrl}`);
  if (result.passed) return { publicId, title, verdict: 'pass', result };
  const verdict = hasRule(result, 'non_blocking') && nonBlocking === 'ignore' ? 'ignored' : 'fail';
  return { publicId, title, verdict, problem: failureOf(result), result };
}

function isRun(result: Result): result is BaseResult {
  return 'retries' in result && !hasRule(result, 'skipped');
}

/** The host that a browser test says it has begun at, when it is another than it was aimed at. */
function startedElsewhere({ result }: BaseResult, aim: string | undefined): string | undefined {
  const started = result !== undefined && 'start_url' in result ? result.start_url : '';
  if (aim === undefined || !URL.canParse(started) || !URL.canParse(aim)) return undefined;
  return new URL(started).host === new URL(aim).host ? undefined : started;
}

/** The step that failed and why, else what Datadog says of the whole test. */
function failureOf({ result }: BaseResult): string {
  const steps = result !== undefined && 'steps' in result ? result.steps : [];
  const bad = steps.find(({ failure, allow_failure }) => failure !== undefined && !allow_failure);
  if (bad?.failure !== undefined) {
    return oneLine(`step "${'description' in bad ? bad.description : bad.name}": ${bad.failure.message}`);
  }
  const failure = result?.failure;
  return failure === undefined ? 'Datadog gives no reason' : oneLine(`${failure.code}: ${failure.message}`);
}

function oneLine(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > 300 ? `${line.slice(0, 300)}…` : line;
}
