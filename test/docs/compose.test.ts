import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { fileKeys, serviceKeys, type Rule } from '../../config/compose/keys';
import { projectRoot } from '../../base/paths';

describe('docs/compose.md', () => {
  it('has every key, with what becomes of it, in the words of the program', () => {
    const text = fs.readFileSync(path.join(projectRoot, 'docs', 'compose.md'), 'utf8');
    const rows = text.split('\n').filter((line) => /^\| `[^`]+` \| (understood|ignored|refused) \|/.test(line));
    const told = (keys: Readonly<Record<string, Rule>>): string[] =>
      Object.entries(keys).map(([key, rule]) => `| \`${key}\` | ${rule.is} | ${rule.doc} |`);
    assert.deepEqual(rows, [...told(fileKeys), ...told(serviceKeys)]);
  });
});
