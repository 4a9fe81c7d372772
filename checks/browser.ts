import type { Browser, BrowserContext, Page } from 'playwright-core';
import { launchChromium, type Launch } from './chromium';
import type { CheckContext } from './context';
import type { RequestOf } from './contract';
import type { Evidence } from './evidence';
import { createExpect } from './expect';
import { Unclear } from './outcome';
import { Poll } from './poll';
import type { Scenario } from './scenario';
import { loadScenario } from './scenario-code';

type Context = CheckContext<RequestOf<'browser'>>;
type Viewport = NonNullable<RequestOf<'browser'>['settings']['viewports']>[number];

const DESKTOP: Viewport = { name: 'desktop', width: 1280, height: 800 };
const ACTION_MILLISECONDS = 10_000;
const NAVIGATION_MILLISECONDS = 30_000;
const SCREENSHOT_MILLISECONDS = 4000;

/**
 * Runs a scenario in a browser, once per viewport. Leaves a screenshot of each step, the log of the page (its console,
 * failed requests) and, of a viewport in which not all went well, Playwright's trace.
 */
export async function browserCheck(context: Context, launch: Launch = launchChromium): Promise<void> {
  const { request, signal } = context;
  const scenario = loadScenario(request.settings.scenario);
  const browser = await launch(Object.values(request.urls).map((url) => new URL(url).hostname));
  const errors: unknown[] = [];
  try {
    for (const viewport of request.settings.viewports ?? [DESKTOP]) {
      if (signal.aborted) break;
      await runIn(viewport, scenario, browser, context).catch((error: unknown) => errors.push(error));
    }
  } finally {
    await within(5000, browser.close());
  }
  if (errors.length > 0) throw errors[0];
}

async function runIn(viewport: Viewport, scenario: Scenario, browser: Browser, check: Context): Promise<void> {
  const { request, evidence, steps, signal } = check;
  const { name, width, height } = viewport;
  const several = (request.settings.viewports?.length ?? 1) > 1;
  const context = await browser.newContext({ viewport: { width, height }, baseURL: baseUrl(request), locale: 'en-US' });
  context.setDefaultTimeout(ACTION_MILLISECONDS);
  context.setDefaultNavigationTimeout(NAVIGATION_MILLISECONDS);
  await context.tracing.start({ screenshots: true, snapshots: true, title: `${request.name}, ${name}` });
  const page = await context.newPage();
  listen(page, name, evidence);

  const poll = new Poll();
  const before = steps.all.length;
  const step = async (title: string, action: () => Promise<void> | void): Promise<void> => {
    const file = screenshotName(steps.all.length + 1, name, title);
    await steps.run(
      several ? `${name}: ${title}` : title,
      async () => {
        await action();
        const [open] = poll.unsettled;
        if (open !== undefined) throw new Unclear(`an assertion was not awaited: ${open}`);
      },
      async (ok) => ({
        ...((await screenshot(page, file, evidence)) ? { screenshot: file } : {}),
        ...(ok ? {} : { where: `at ${page.url()}` }),
      }),
    );
  };
  const stop = abortion(signal, page, name, evidence);
  let well = false;
  try {
    await Promise.race([
      scenario({ page, step, urls: request.urls, expect: createExpect(poll), viewport: name }),
      stop.happened,
      crash(page),
    ]);
    if (steps.current !== undefined) throw new Unclear(`step "${steps.current}" was not awaited`);
    if (poll.unsettled.length > 0) throw new Unclear(`an assertion was not awaited: ${poll.unsettled.join(', ')}`);
    if (steps.all.length === before) throw new Unclear(`the scenario ran no step in ${name}`);
    well = steps.all.slice(before).every(({ ok }) => ok);
  } finally {
    stop.forget();
    await saveTrace(context, well ? undefined : evidence.file(`trace-${name}.zip`), evidence);
    await within(5000, context.close());
  }
}

function baseUrl({ settings, urls }: RequestOf<'browser'>): string | undefined {
  return urls[settings.service ?? ('frontend' in urls ? 'frontend' : (Object.keys(urls)[0] ?? ''))];
}

/** Writes down what goes wrong inside the page: it often says why a step fails. */
function listen(page: Page, viewport: string, evidence: Evidence): void {
  const note = (line: string) => evidence.note(`[${viewport}] ${line}`);
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) note(`console ${message.type()}: ${message.text()}`);
  });
  page.on('pageerror', (error) => note(`error in the page: ${error.message}`));
  page.on('requestfailed', (sent) => note(`request failed: ${sent.url()}: ${sent.failure()?.errorText ?? 'unknown'}`));
  page.on('response', (response) => {
    if (response.status() >= 400) note(`status ${response.status()}: ${response.url()}`);
  });
}

/** Rejects when the time is over, after a last picture. */
function abortion(signal: AbortSignal, page: Page, viewport: string, evidence: Evidence) {
  let forget = (): void => undefined;
  const happened = new Promise<never>((_resolve, reject) => {
    const stop = () => {
      void screenshot(page, `time-over-${viewport}.png`, evidence).then(() => reject(new Unclear('its time was over')));
    };
    signal.addEventListener('abort', stop, { once: true });
    forget = () => signal.removeEventListener('abort', stop);
  });
  return { happened, forget };
}

/** Rejects when the page crashes: Playwright would wait for ever. */
function crash(page: Page): Promise<never> {
  return new Promise((_resolve, reject) => page.on('crash', () => reject(new Unclear('the page crashed'))));
}

async function screenshot(page: Page, file: string, evidence: Evidence): Promise<boolean> {
  try {
    await page.screenshot({ path: evidence.file(file), timeout: SCREENSHOT_MILLISECONDS, animations: 'disabled' });
    return true;
  } catch (error) {
    evidence.note(
      `no screenshot ${file}: ${error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error)}`,
    );
    return false;
  }
}

async function saveTrace(context: BrowserContext, path: string | undefined, evidence: Evidence): Promise<void> {
  try {
    await within(5000, context.tracing.stop(path === undefined ? {} : { path }));
  } catch (error) {
    evidence.note(`no trace: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** `02-mobile-a-discount-code-is-shown.png` */
function screenshotName(position: number, viewport: string, title: string): string {
  const words = title
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
    .slice(0, 60);
  return `${String(position).padStart(2, '0')}-${viewport}-${words}.png`;
}

/** Waits for something that is nice to have, but not for ever. */
async function within(milliseconds: number, promise: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<void>((resolve) => (timer = setTimeout(resolve, milliseconds)));
  await Promise.race([promise, limit]).finally(() => clearTimeout(timer));
}
