import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { projectRoot } from '../../base/paths';
import { verbs } from '../../cli/verbs';

const read = (file: string): string => fs.readFileSync(path.join(projectRoot, file), 'utf8');

describe('what people can type', () => {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
  const readme = read('README.md');

  for (const { name, internal } of verbs) {
    if (internal === true) continue;
    it(`${name} is an npm script, and the README tells of it`, () => {
      assert.equal(scripts[name], `node bin/sluice.cjs ${name}`);
      assert.match(readme, name === 'test' ? /npm test\b/ : new RegExp(`npm run ${name}\\b`));
    });
  }
});
