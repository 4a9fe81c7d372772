import { isDeepStrictEqual } from 'node:util';
import type { Locator, Page } from 'playwright-core';
import { Failed } from './outcome';
import { Poll, type PollTimes } from './poll';

/** Assertions on what a locator finds. */
export interface LocatorExpectations {
  /** One element, and it can be seen. */
  toBeVisible(): Promise<void>;
  /** Nothing that can be seen. */
  toBeHidden(): Promise<void>;
  /** One element whose whole text, with single blanks, is or matches this. */
  toHaveText(expected: string | RegExp): Promise<void>;
  /** One element whose text, with single blanks, contains this. */
  toContainText(expected: string): Promise<void>;
  toHaveCount(expected: number): Promise<void>;
  /** One input whose value is or matches this. */
  toHaveValue(expected: string | RegExp): Promise<void>;
  /** One element whose attribute is or matches this. */
  toHaveAttribute(name: string, expected: string | RegExp): Promise<void>;
  /** At least one picture, and every one has really loaded. */
  toHaveLoaded(): Promise<void>;
}

/** Assertions on a page. */
export interface PageExpectations {
  toHaveURL(expected: string | RegExp): Promise<void>;
  toHaveTitle(expected: string | RegExp): Promise<void>;
}

/** Assertions on a value; `Result` is a promise when the value is read again and again. */
export interface ValueExpectations<Result> {
  toBe(expected: unknown): Result;
  toEqual(expected: unknown): Result;
  toBeTruthy(): Result;
  toBeGreaterThan(expected: number): Result;
  toBeLessThan(expected: number): Result;
  toContain(expected: string): Result;
  toMatch(expected: RegExp): Result;
}

/** The names are Playwright's, as far as they exist there. `what` is said in the message: "the price". */
export interface Expect {
  (target: Locator, what?: string): LocatorExpectations;
  (target: Page, what?: string): PageExpectations;
  (target: string | number | boolean | null | undefined | readonly unknown[], what?: string): ValueExpectations<void>;
  /** Reads a value again until the assertion holds. */
  poll(read: () => unknown, what?: string): ValueExpectations<Promise<void>>;
}

/** @param times how long and how often to look; 5 s, every 100 ms by default */
export function createExpect(poll: Poll = new Poll(), times: PollTimes = {}): Expect {
  const expect = (target: unknown, what?: string): unknown => {
    if (isLocator(target)) return onLocator(target, what ?? String(target));
    if (isPage(target)) return onPage(target);
    return onValue(what ?? 'the value', (expected, holds) => {
      if (!holds(target)) throw new Failed(`expected ${expected}, seen ${show(target)}`);
    });
  };
  const until = (what: string, expected: string, look: () => Promise<unknown>, holds: (seen: unknown) => boolean) =>
    poll.until(`expected ${what} ${expected}`, look, holds, show, times);

  const onLocator = (locator: Locator, what: string): LocatorExpectations => {
    /** What the single element has; a word about it when it isn't single. */
    const one =
      <T>(read: (locator: Locator) => Promise<T>) =>
      async (): Promise<T | Missing> => {
        const count = await locator.count();
        return count === 1 ? await read(locator) : new Missing(count);
      };
    const text = one(async (found) => singleBlanks((await found.allInnerTexts())[0] ?? ''));
    const limit = { timeout: times.milliseconds ?? 5000 };
    return {
      toBeVisible: () => until(what, 'to be visible', one(visibility), (seen) => seen === 'visible'),
      toBeHidden: () =>
        until(
          what,
          'to be hidden',
          async () => ((await locator.count()) === 0 ? 'hidden' : await visibility(locator.first())),
          (seen) => seen === 'hidden',
        ),
      toHaveText: (expected) => until(what, `to have the text ${show(expected)}`, text, (seen) => fits(seen, expected)),
      toContainText: (expected) =>
        until(
          what,
          `to contain ${show(expected)}`,
          text,
          (seen) => typeof seen === 'string' && seen.includes(expected),
        ),
      toHaveCount: (expected) =>
        until(
          what,
          `to be there ${expected} times`,
          () => locator.count(),
          (seen) => seen === expected,
        ),
      toHaveValue: (expected) =>
        until(
          what,
          `to have the value ${show(expected)}`,
          one((found) => found.inputValue(limit)),
          (seen) => fits(seen, expected),
        ),
      toHaveAttribute: (name, expected) =>
        until(
          what,
          `to have ${name} ${show(expected)}`,
          one((found) => found.getAttribute(name, limit)),
          (seen) => fits(seen, expected),
        ),
      toHaveLoaded: () =>
        until(
          what,
          'to have loaded',
          () => locator.evaluateAll(unloadedPictures),
          (seen) => seen === '',
        ),
    };
  };

  const onPage = (page: Page): PageExpectations => ({
    toHaveURL: (expected) =>
      until(
        'the address',
        `to be ${show(expected)}`,
        () => Promise.resolve(page.url()),
        (seen) => fits(seen, expected),
      ),
    toHaveTitle: (expected) =>
      until(
        'the title',
        `to be ${show(expected)}`,
        () => page.title(),
        (seen) => fits(seen, expected),
      ),
  });

  return Object.assign(expect, {
    poll: (read: () => unknown, what = 'the value') =>
      onValue(what, (expected, holds) =>
        poll.until(`expected ${expected}`, async () => await read(), holds, show, times),
      ),
  }) as Expect;
}

/** In place of what one element has: there is none, or more than one. */
class Missing {
  constructor(readonly count: number) {}
}

function onValue<Result>(
  what: string,
  check: (expected: string, holds: (seen: unknown) => boolean) => Result,
): ValueExpectations<Result> {
  const is = (text: string, holds: (seen: unknown) => boolean) => check(`${what} ${text}`, holds);
  return {
    toBe: (expected) => is(`to be ${show(expected)}`, (seen) => Object.is(seen, expected)),
    toEqual: (expected) => is(`to equal ${show(expected)}`, (seen) => isDeepStrictEqual(seen, expected)),
    toBeTruthy: () => is('to be there', Boolean),
    toBeGreaterThan: (expected) =>
      is(`to be greater than ${expected}`, (seen) => typeof seen === 'number' && seen > expected),
    toBeLessThan: (expected) =>
      is(`to be less than ${expected}`, (seen) => typeof seen === 'number' && seen < expected),
    toContain: (expected) =>
      is(`to contain ${show(expected)}`, (seen) => typeof seen === 'string' && seen.includes(expected)),
    toMatch: (expected) => is(`to match ${show(expected)}`, (seen) => fits(seen, expected)),
  };
}

function isLocator(target: unknown): target is Locator {
  return typeof target === 'object' && target !== null && 'allInnerTexts' in target;
}

function isPage(target: unknown): target is Page {
  return typeof target === 'object' && target !== null && 'goto' in target;
}

async function visibility(locator: Locator): Promise<string> {
  return (await locator.isVisible()) ? 'visible' : 'hidden';
}

function fits(seen: unknown, expected: string | RegExp): boolean {
  if (typeof seen !== 'string') return false;
  return typeof expected === 'string' ? seen === expected : expected.test(seen);
}

function singleBlanks(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

/** Runs in the page: the addresses of the pictures that have not loaded, or a word when there is none at all. */
function unloadedPictures(elements: unknown[]): string {
  const pictures = elements as { complete: boolean; naturalWidth: number; currentSrc: string; src: string }[];
  if (pictures.length === 0) return 'no picture';
  const missing = pictures.filter((picture) => !picture.complete || !(picture.naturalWidth > 0));
  return missing.map((picture) => `not loaded: ${picture.currentSrc || picture.src}`).join(', ');
}

function show(value: unknown): string {
  if (value instanceof Missing) return value.count === 0 ? 'nothing that matches' : `${value.count} that match`;
  if (value instanceof RegExp) return String(value);
  const text = value === undefined ? 'undefined' : JSON.stringify(value);
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}
