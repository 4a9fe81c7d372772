import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import * as fs from 'node:fs';
import * as path from 'node:path';
import type { Browser } from 'playwright-core';
import { browserCheck } from '../../checks/browser';
import type { Launch } from '../../checks/chromium';
import type { RequestOf } from '../../checks/contract';
import type { CheckVerdict } from '../../checks/protocol';
import { Unclear } from '../../checks/outcome';
import { runHere } from '../../checks/run';
import { browserRequest, cleanUp } from './fixtures';

/** What a browser that there is none of was asked. */
interface Asked {
  hosts: string[];
  contexts: object[];
  traces: (string | undefined)[];
  closed: number;
}

/** A browser that draws nothing; pages have `emit` to make things happen in them. */
function fakeBrowser({ screenshots = true } = {}): { asked: Asked; launch: Launch } {
  const asked: Asked = { hosts: [], contexts: [], traces: [], closed: 0 };
  const newPage = () =>
    Promise.resolve(
      Object.assign(new EventEmitter(), {
        goto: () => Promise.resolve(),
        url: () => 'http://frontend/',
        screenshot: ({ path: file }: { path: string }) => {
          if (!screenshots) return Promise.reject(new Error('no picture\nCall log'));
          fs.writeFileSync(file, 'png');
          return Promise.resolve();
        },
      }),
    );
  const newContext = (options: object) => {
    asked.contexts.push(options);
    return Promise.resolve({
      setDefaultTimeout: () => undefined,
      setDefaultNavigationTimeout: () => undefined,
      tracing: {
        start: () => Promise.resolve(),
        stop: ({ path: file }: { path?: string }) => {
          asked.traces.push(file);
          if (file !== undefined) fs.writeFileSync(file, 'zip');
          return Promise.resolve();
        },
      },
      newPage,
      close: () => Promise.resolve(),
    });
  };
  const browser = { newContext, close: () => Promise.resolve(asked.closed++) } as unknown as Browser;
  const launch: Launch = (hosts) => {
    asked.hosts.push(...hosts);
    return Promise.resolve(browser);
  };
  return { asked, launch };
}

const scenario = (body: string) => `export default async ({ page, step, expect, urls, viewport }) => { ${body} };`;

async function check(request: RequestOf<'browser'>, launch: Launch): Promise<CheckVerdict> {
  return runHere(request, () => Promise.resolve((context) => browserCheck({ ...context, request }, launch)));
}

describe('browser check', () => {
  afterEach(cleanUp);

  it('runs the steps with a screenshot each, and leaves no trace of a pass', async () => {
    const { asked, launch } = fakeBrowser();
    const source = scenario(`
      await step('The shop opens!', async () => { await page.goto('/'); });
      await step('a code is shown', () => expect(urls.discounts).toBe('http://discounts'));
    `);
    const result = await check(browserRequest(source), launch);
    assert.equal(result.verdict, 'pass');
    assert.equal(result.summary, '2 steps passed');
    assert.deepEqual(
      result.steps.map(({ name, screenshot }) => [name, screenshot]),
      [
        ['The shop opens!', '01-desktop-the-shop-opens.png'],
        ['a code is shown', '02-desktop-a-code-is-shown.png'],
      ],
    );
    const pictures = result.steps.map((step) => step.screenshot);
    assert.deepEqual(result.files, [...pictures, 'check.log']);
    assert.deepEqual(asked, {
      hosts: ['discounts', 'frontend'],
      contexts: [{ viewport: { width: 1280, height: 800 }, baseURL: 'http://frontend', locale: 'en-US' }],
      traces: [undefined],
      closed: 1,
    });
  });

  it('runs once per viewport, and goes on in the next one after a failure', async () => {
    const { asked, launch } = fakeBrowser();
    const source = scenario(`await step('fits', () => expect(viewport, 'the viewport').toBe('mobile'));`);
    const viewports = [
      { name: 'desktop', width: 1280, height: 800 },
      { name: 'mobile', width: 390, height: 844 },
    ];
    const request = browserRequest(source, { viewports, service: 'discounts' });
    const { verdict, summary, steps, files } = await check(request, launch);
    assert.equal(verdict, 'fail');
    assert.equal(
      summary,
      'step "desktop: fits": expected the viewport to be "mobile", seen "desktop" (at http://frontend/); ' +
        'screenshot 01-desktop-fits.png',
    );
    assert.deepEqual(
      steps.map(({ name, ok }) => [name, ok]),
      [
        ['desktop: fits', false],
        ['mobile: fits', true],
      ],
    );
    assert.ok(files.includes('trace-desktop.zip') && !files.includes('trace-mobile.zip'));
    assert.deepEqual(
      asked.contexts.map((options) => (options as { baseURL: string }).baseURL),
      ['http://discounts', 'http://discounts'],
    );
  });

  it('writes down what goes wrong inside the page', async () => {
    const { launch } = fakeBrowser();
    const source = scenario(`await step('opens', () => {
      page.emit('console', { type: () => 'error', text: () => 'x is undefined' });
      page.emit('console', { type: () => 'log', text: () => 'hello' });
      page.emit('pageerror', new Error('boom'));
      page.emit('requestfailed', { url: () => 'http://frontend/a.png', failure: () => ({ errorText: 'net::ERR' }) });
      page.emit('requestfailed', { url: () => 'http://frontend/b.png', failure: () => null });
      page.emit('response', { status: () => 404, url: () => 'http://frontend/c.png' });
      page.emit('response', { status: () => 200, url: () => 'http://frontend/' });
    });`);
    const request = browserRequest(source);
    assert.equal((await check(request, launch)).verdict, 'pass');
    const log = fs.readFileSync(path.join(request.evidence, 'check.log'), 'utf8');
    assert.deepEqual(
      log
        .split('\n')
        .filter((line) => line.includes('[desktop]'))
        .map((line) => line.split('[desktop] ')[1]),
      [
        'console error: x is undefined',
        'error in the page: boom',
        'request failed: http://frontend/a.png: net::ERR',
        'request failed: http://frontend/b.png: unknown',
        'status 404: http://frontend/c.png',
      ],
    );
  });

  const unclear: [string, string, RegExp][] = [
    ['ran no step', scenario(''), /^the scenario ran no step in desktop$/],
    ['is no scenario', 'export const a = 1', /no function as its default export/],
    ['broke outside a step', scenario(`await step('a', () => {}); throw new TypeError('oops')`), /^oops$/],
    ['broke inside a step', scenario(`await step('a', () => { throw new TypeError('oops'); })`), /step "a": oops/],
    [
      'did not wait for a step',
      scenario(`step('a', () => new Promise(() => {})).catch(() => {});`),
      /^step "a" was not awaited$|ran no step/,
    ],
    [
      'did not wait for an assertion of a step',
      scenario(`await step('a', () => { expect.poll(() => new Promise(() => {}), 'the price').toBe(1); })`),
      /an assertion was not awaited: expected the price to be 1/,
    ],
    [
      'did not wait for an assertion outside steps',
      scenario(`await step('a', () => {}); expect.poll(() => new Promise(() => {}), 'the price').toBe(1);`),
      /^an assertion was not awaited: expected the price to be 1$/,
    ],
    ['began a step in a step', scenario(`await step('a', () => step('b', () => {}))`), /await each step/],
    [
      'lost its page',
      scenario(`await step('a', () => new Promise(() => setTimeout(() => page.emit('crash'))))`),
      /^the page crashed$/,
    ],
  ];
  for (const [name, source, summary] of unclear) {
    it(`could not tell when the scenario ${name}`, async () => {
      const result = await check(browserRequest(source), fakeBrowser().launch);
      assert.equal(result.verdict, 'unknown');
      assert.match(result.summary, summary);
    });
  }

  it('fails when the scenario has caught a failure for itself', async () => {
    const source = scenario(`try { await step('a', () => expect(1).toBe(2)); } catch {} await step('b', () => {});`);
    const { verdict, summary, files } = await check(browserRequest(source), fakeBrowser().launch);
    assert.equal(verdict, 'fail');
    assert.match(summary, /^step "a": expected the value to be 2, seen 1/);
    assert.ok(files.includes('trace-desktop.zip'));
  });

  it('could not tell without a browser', async () => {
    const launch: Launch = () => Promise.reject(new Unclear('there is no browser at /usr/bin/chromium'));
    const { verdict, summary } = await check(browserRequest(scenario('')), launch);
    assert.deepEqual([verdict, summary], ['unknown', 'there is no browser at /usr/bin/chromium']);
  });

  it('goes on when no picture can be taken, and says so in the log', async () => {
    const request = browserRequest(scenario(`await step('a', () => {})`));
    const { verdict, steps } = await check(request, fakeBrowser({ screenshots: false }).launch);
    assert.equal(verdict, 'pass');
    assert.equal(steps[0]?.screenshot, undefined);
    assert.match(
      fs.readFileSync(path.join(request.evidence, 'check.log'), 'utf8'),
      /no screenshot 01-desktop-a\.png: no picture$/m,
    );
  });

  it('takes a last picture when its time is over, and runs no further viewport', async () => {
    const { asked, launch } = fakeBrowser();
    const viewports = [
      { name: 'desktop', width: 1280, height: 800 },
      { name: 'mobile', width: 390, height: 844 },
    ];
    const source = scenario(`await step('waits', () => new Promise(() => {}))`);
    const result = await check({ ...browserRequest(source, { viewports }), timeLimitSeconds: 0.2 }, launch);
    assert.equal(result.verdict, 'unknown');
    assert.equal(result.summary, 'it did not end within 0.2 s, in step "desktop: waits"');
    assert.ok(result.files.includes('time-over-desktop.png') && result.files.includes('trace-desktop.zip'));
    assert.equal(asked.contexts.length, 1);
    assert.equal(asked.closed, 1);
  });
});
