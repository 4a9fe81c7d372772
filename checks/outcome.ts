/** An assertion that does not hold: the check fails. */
export class Failed extends Error {
  override name = 'Failed';
}

/** The check could not find out: no browser, no connection, a scenario that is none. */
export class Unclear extends Error {
  override name = 'Unclear';
}

/** What an error makes of a check. Anything that isn't known to be a failure of the app is "could not tell". */
export function outcomeOf(error: unknown): { verdict: 'fail' | 'unknown'; problem: string } {
  const problem = firstLine(error);
  if (error instanceof Failed) return { verdict: 'fail', problem };
  if (error instanceof Unclear) return { verdict: 'unknown', problem };
  if (isMissingElement(error)) return { verdict: 'fail', problem: describeTimeout(error) };
  return { verdict: 'unknown', problem };
}

/**
 * Whether Playwright gave up waiting for an element to act on: the page is there, but not as the scenario wants it.
 * A page that doesn't load in time is another matter: that may be the network. Only the message tells the two apart (playwright-core
 * 1.65.1).
 */
function isMissingElement(error: unknown): error is Error {
  return (
    error instanceof Error &&
    error.name === 'TimeoutError' &&
    /^(locator|page|elementHandle)\.(?!go|reload|waitFor)/.test(error.message)
  );
}

/** Playwright's message and the locator from its call log, in one line. */
function describeTimeout(error: Error): string {
  const waited = /waiting for ([^\n]*)/.exec(plain(error.message))?.[1];
  return waited === undefined ? firstLine(error) : `${firstLine(error)} Waited for ${waited}`;
}

function firstLine(error: unknown): string {
  return plain(error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '';
}

/** Without terminal colours. */
function plain(text: string): string {
  // eslint-disable-next-line no-control-regex -- the escape character is what is looked for
  return text.replace(/\u001b\[[0-9;]*m/g, '');
}
