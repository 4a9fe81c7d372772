import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import type { ScenarioContext } from '../../checks/scenario';
import { loadScenario } from '../../checks/scenario-code';
import { Unclear } from '../../checks/outcome';
import { projectRoot } from '../../base/paths';

const context = (done: unknown[]) =>
  ({ viewport: 'desktop', step: (name: string) => done.push(name) }) as unknown as ScenarioContext;

describe('scenario code', () => {
  it('runs TypeScript that imports types', async () => {
    const scenario = loadScenario(`
      import type { Scenario } from '../scenario';
      import { ScenarioContext } from '../scenario';
      const name: string = 'opens';
      const scenario: Scenario = async ({ step, viewport }: ScenarioContext) => { await step(name + ' ' + viewport, () => {}); };
      export default scenario;
    `);
    const done: unknown[] = [];
    await scenario(context(done));
    assert.deepEqual(done, ['opens desktop']);
  });

  it('takes the scenario that is shipped', () => {
    const source = fs.readFileSync(path.join(projectRoot, 'checks', 'scenarios', 'storedog.ts'), 'utf8');
    assert.equal(typeof loadScenario(source), 'function');
  });

  const refused: [string, string, string | RegExp][] = [
    [
      'what is no TypeScript',
      'const a = ;\nexport default a',
      /^the scenario is no TypeScript: scenario\.ts:1:10: Unexpected/,
    ],
    [
      'an import of code',
      "import fs from 'node:fs';\nexport default () => fs;",
      /may import types only .* imports node:fs$/,
    ],
    ['no default export', 'export const a = 1;', 'the scenario has no function as its default export'],
    ['a default export that is no function', 'export default 1;', 'the scenario has no function as its default export'],
  ];
  for (const [name, source, message] of refused) {
    it(`refuses ${name}`, () => {
      assert.throws(
        () => loadScenario(source),
        (error) =>
          error instanceof Unclear &&
          (typeof message === 'string' ? error.message === message : message.test(error.message)),
      );
    });
  }
});
