import type { Page } from 'playwright-core';
import type { Expect } from './expect';

/** What a scenario works with. */
export interface ScenarioContext {
  /** Playwright's page, fresh and without cookies, in one viewport. `page.goto('/')` opens the check's service. */
  page: Page;
  /**
   * Runs a part of the scenario under a name, takes a screenshot after it (at its failure too) and records it. Steps
   * follow each other; a scenario without a step is no pass.
   */
  step: (name: string, action: () => Promise<void> | void) => Promise<void>;
  /** Address by service. */
  urls: Readonly<Record<string, string>>;
  /** Assertions that look again until they hold or 5 s are over. */
  expect: Expect;
  /** Name of the viewport that this run is in. */
  viewport: string;
}

/**
 * A scenario file's default export. The file's text travels to where the check runs, so it may import types only.
 *
 *     import type { Scenario } from '../scenario';
 *
 *     const scenario: Scenario = async ({ page, step, expect }) => {
 *       await step('the shop opens', async () => {
 *         await page.goto('/');
 *         await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
 *       });
 *     };
 *     export default scenario;
 */
export type Scenario = (context: ScenarioContext) => Promise<void>;
