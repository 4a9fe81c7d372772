import { stripVTControlCharacters } from 'node:util';

/** What datadog-ci's errors mean, by their code (errors.ts of its synthetics plugin). */
const meanings: Readonly<Record<string, string>> = {
  NO_TESTS_TO_RUN: 'there is no test to run: Datadog has none of what was asked for',
  MISSING_TESTS: 'Datadog has no such test',
  UNAUTHORIZED_TESTS: 'the keys may not run these tests',
  AUTHORIZATION_ERROR: 'Datadog refuses the keys',
  TOO_MANY_TESTS_TO_TRIGGER: 'too many tests at once',
  TRIGGER_TESTS_FAILED: 'Datadog did not start the tests',
  UNAVAILABLE_TEST_CONFIG: 'Datadog did not say which tests there are',
  UNAVAILABLE_TUNNEL_CONFIG: 'Datadog did not offer a tunnel',
  TUNNEL_START_FAILED: 'the tunnel could not be opened',
  POLL_RESULTS_FAILED: 'Datadog did not say how the tests went',
  BATCH_TIMEOUT_RUNAWAY: 'the tests did not end',
};

/** One line for people: what datadog-ci's error means, what it said itself, and what helps. */
export function whatDatadogSaid(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const own = plain(error instanceof Error ? error.message : String(error));
  const meaning = meanings[code] ?? 'datadog-ci ended with an error';
  return [meaning, own].filter((part) => part !== '').join(': ') + hint(own, code);
}

/** Errors of its HTTP client have no code of their own, only the status in their text (datadog-ci 5.24.1). */
function hint(own: string, code: string): string {
  if (
    code.endsWith('AUTHORIZATION_ERROR') ||
    code === 'UNAUTHORIZED_TESTS' ||
    /\b40[13]\b|unauthori[sz]ed|forbidden/i.test(own)
  ) {
    return ' (set sluice:datadogApiKey and sluice:datadogAppKey; the application key needs synthetics_read and synthetics_write, and the site must be theirs)';
  }
  return '';
}

/** Without colours and line breaks. */
export function plain(text: string): string {
  return stripVTControlCharacters(text).replace(/\s+/g, ' ').trim();
}
