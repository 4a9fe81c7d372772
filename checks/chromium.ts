import * as fs from 'node:fs';
import { chromium, type Browser, type LaunchOptions } from 'playwright-core';
import { Unclear } from './outcome';

/** Where distributions, Playwright and people put the browser. */
const USUAL_PLACES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** What a browser in a container or on a build machine has no use for. */
const QUIET = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** What is known of a machine on which a browser is to start. */
export interface BrowserMachine {
  environment: NodeJS.ProcessEnv;
  exists: (file: string) => boolean;
  /** The browser that Playwright itself has installed. */
  own: string;
  root: boolean;
}

/** Starts a browser, for tests to stand in for. */
export type Launch = (hosts: readonly string[]) => Promise<Browser>;

/**
 * The options that Chromium is started with.
 * @param hosts names that are never asked of a proxy: the services
 * @throws Unclear when there is no browser
 */
export function launchOptions(hosts: readonly string[], machine: BrowserMachine = thisMachine()): LaunchOptions {
  const { environment, exists, own, root } = machine;
  const chosen = environment['SLUICE_CHROMIUM'];
  const places = chosen === undefined ? [...USUAL_PLACES, own] : [chosen];
  const executablePath = places.find(exists);
  if (executablePath === undefined) {
    throw new Unclear(`there is no browser at ${places.join(', ')}: set SLUICE_CHROMIUM to a Chromium`);
  }
  const noProxy = [environment['no_proxy'] ?? environment['NO_PROXY'], ...hosts].filter(Boolean).join(',');
  return {
    executablePath,
    args: QUIET,
    // The kernel gives a sandbox neither to root nor inside an unprivileged container; there the container is one.
    chromiumSandbox: !root && !exists('/.dockerenv'),
    env: { ...definedOf(environment), no_proxy: noProxy, NO_PROXY: noProxy },
    timeout: 30_000,
  };
}

/** Starts the machine's Chromium. */
export const launchChromium: Launch = async (hosts) => {
  const options = launchOptions(hosts);
  try {
    return await chromium.launch(options);
  } catch (error) {
    const reason = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
    throw new Unclear(`the browser ${options.executablePath ?? ''} does not start: ${reason}`);
  }
};

function thisMachine(): BrowserMachine {
  return {
    environment: process.env,
    exists: (file) => fs.existsSync(file),
    own: chromium.executablePath(),
    root: process.getuid?.() === 0,
  };
}

function definedOf(environment: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environment).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}
