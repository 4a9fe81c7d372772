import assert from 'node:assert/strict';
import type { Locator, Page } from 'playwright-core';
import { createExpect } from '../../checks/expect';
import { Failed } from '../../checks/outcome';
import { Poll } from '../../checks/poll';

/** One element of a page that there is none of. */
interface Element {
  text?: string;
  visible?: boolean;
  value?: string;
  attributes?: Record<string, string>;
  picture?: { complete: boolean; naturalWidth: number; currentSrc: string; src: string };
}

function locator(...elements: Element[]): Locator {
  const [first] = elements;
  return {
    count: () => Promise.resolve(elements.length),
    first: () => locator(...elements.slice(0, 1)),
    allInnerTexts: () => Promise.resolve(elements.map(({ text }) => text ?? '')),
    isVisible: () => Promise.resolve(first?.visible ?? true),
    inputValue: () => Promise.resolve(first?.value),
    getAttribute: (name: string) => Promise.resolve(first?.attributes?.[name] ?? null),
    evaluateAll: (read: (found: unknown[]) => unknown) => Promise.resolve(read(elements.map(({ picture }) => picture))),
    toString: () => 'the element',
  } as unknown as Locator;
}

const page = {
  goto: () => undefined,
  url: () => 'http://shop/bag',
  title: () => Promise.resolve('Your bag'),
} as unknown as Page;

const expect = createExpect(new Poll(), { milliseconds: 2, every: 1 });
const picture = { complete: true, naturalWidth: 400, currentSrc: '', src: '/duck.svg' };

describe('expect', () => {
  const holding: [string, () => unknown][] = [
    ['is visible', () => expect(locator({})).toBeVisible()],
    ['is hidden', () => expect(locator({ visible: false })).toBeHidden()],
    ['is not there, so hidden', () => expect(locator()).toBeHidden()],
    ['has a text', () => expect(locator({ text: ' a\n  b ' })).toHaveText('a b')],
    ['has a text that matches', () => expect(locator({ text: '$12.00' })).toHaveText(/^\$\d/)],
    ['contains a text', () => expect(locator({ text: 'a b c' })).toContainText('b')],
    ['is there so often', () => expect(locator({}, {})).toHaveCount(2)],
    ['has a value', () => expect(locator({ value: 'A' })).toHaveValue('A')],
    ['has an attribute', () => expect(locator({ attributes: { href: '/bag' } })).toHaveAttribute('href', /bag/)],
    ['has loaded', () => expect(locator({ picture }, { picture })).toHaveLoaded()],
    ['has an address', () => expect(page).toHaveURL(/bag$/)],
    ['has a title', () => expect(page).toHaveTitle('Your bag')],
    ['is the same', () => expect(1).toBe(1)],
    ['is equal', () => expect([1]).toEqual([1])],
    ['is there', () => expect('a').toBeTruthy()],
    ['is greater', () => expect(2).toBeGreaterThan(1)],
    ['is less', () => expect(1).toBeLessThan(2)],
    ['contains', () => expect('abc').toContain('b')],
    ['matches', () => expect('abc').toMatch(/^a/)],
    ['comes to be', () => expect.poll(() => Promise.resolve(3)).toBe(3)],
  ];
  for (const [name, assertion] of holding)
    it(`holds: ${name}`, async () => {
      await assertion();
    });

  const failing: [string, () => unknown, string][] = [
    ['nothing to see', () => expect(locator()).toBeVisible(), 'the element to be visible, seen nothing that matches'],
    ['two to see', () => expect(locator({}, {})).toBeVisible(), 'the element to be visible, seen 2 that match'],
    ['one that is hidden', () => expect(locator({ visible: false })).toBeVisible(), 'to be visible, seen "hidden"'],
    ['one that can be seen', () => expect(locator({})).toBeHidden(), 'to be hidden, seen "visible"'],
    [
      'another text',
      () => expect(locator({ text: 'b' }), 'the price').toHaveText('a'),
      'the price to have the text "a", seen "b"',
    ],
    ['no text', () => expect(locator()).toHaveText(/a/), 'the text /a/, seen nothing that matches'],
    ['a text without it', () => expect(locator({ text: 'b' })).toContainText('a'), 'to contain "a", seen "b"'],
    ['another count', () => expect(locator({})).toHaveCount(2), 'to be there 2 times, seen 1'],
    ['another value', () => expect(locator({ value: 'b' })).toHaveValue('a'), 'the value "a", seen "b"'],
    ['no attribute', () => expect(locator({})).toHaveAttribute('href', 'a'), 'to have href "a", seen null'],
    ['no picture', () => expect(locator()).toHaveLoaded(), 'to have loaded, seen "no picture"'],
    [
      'a broken picture',
      () => expect(locator({ picture }, { picture: { ...picture, naturalWidth: 0 } })).toHaveLoaded(),
      'seen "not loaded: /duck.svg"',
    ],
    ['another address', () => expect(page).toHaveURL('/'), 'the address to be "/", seen "http://shop/bag"'],
    ['another title', () => expect(page).toHaveTitle('Shop'), 'the title to be "Shop", seen "Your bag"'],
    ['another number', () => expect(2, 'the status').toBe(1), 'expected the status to be 1, seen 2'],
    ['another list', () => expect([2]).toEqual([1]), 'the value to equal [1], seen [2]'],
    ['nothing', () => expect(undefined).toBeTruthy(), 'the value to be there, seen undefined'],
    ['not more', () => expect(1).toBeGreaterThan(1), 'to be greater than 1, seen 1'],
    ['not less', () => expect(NaN).toBeLessThan(1), 'to be less than 1, seen null'],
    ['not in it', () => expect('abc').toContain('d'), 'to contain "d", seen "abc"'],
    ['a number where a text should be', () => expect(1).toMatch(/1/), 'to match /1/, seen 1'],
    [
      'a value that never comes',
      () => expect.poll(() => 1, 'the price').toBe(2),
      'the price to be 2, seen 1 for 0.002 s',
    ],
    ['a long text', () => expect('x'.repeat(300)).toBe(''), `seen "${'x'.repeat(199)}…`],
  ];
  for (const [name, assertion, message] of failing) {
    it(`fails: ${name}`, async () => {
      const error: unknown = await Promise.resolve()
        .then(assertion)
        .catch((caught: unknown) => caught);
      assert.ok(error instanceof Failed, String(error));
      assert.ok(error.message.includes(message), error.message);
    });
  }
});
