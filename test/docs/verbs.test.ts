import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { sluice } from '../../base/command';
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
      const typed = { up: 'npm run up', test: 'npm test' }[name] ?? sluice(name);
      assert.ok(readme.includes(typed), typed);
    });
  }

  it('is said by ./sluice, but for npm run up and npm test', () => {
    const files = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
      cwd: projectRoot,
      encoding: 'utf8',
    });
    const names = verbs.flatMap(({ name }) => (name === 'up' || name === 'test' ? [] : [name]));
    // A script's name may begin as a verb's does: test:unit.
    const byNpm = new RegExp(`npm run (--silent |-s )?((${names.join('|')})(?![\\w:-])|(up|test) -- )|npm test -- `);
    const bySluice = /(?:^|[\s`"'($])\.\/sluice ([a-z][a-z-]*)/g;
    const wrong = files.split('\0').flatMap((file) => {
      // These are about npm itself; what has been released was as it was said then.
      if (
        !/\.(ts|cjs|mjs|md|ya?ml)$/.test(file) ||
        /^(cli|test\/cli)\/swallowed|^test\/docs\/verbs|^CHANGELOG|^storedog/.test(file)
      )
        return [];
      if (!fs.existsSync(path.join(projectRoot, file))) return [];
      return read(file)
        .split('\n')
        .flatMap((line, index) => {
          const unknown = [...line.matchAll(bySluice)].some(([, verb]) => verbs.every(({ name }) => name !== verb));
          return byNpm.test(line) || unknown ? [`${file}:${index + 1}: ${line.trim()}`] : [];
        });
    });
    assert.deepEqual(wrong, []);
  });
});
