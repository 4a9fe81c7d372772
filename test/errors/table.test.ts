import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { projectRoot } from '../../base/paths';
import { situations, type Situation } from './table';

const rows: [string, Situation][] = Object.entries(situations);

/** A row of the table is one line. */
function cell(text: string): string {
  return text.replaceAll('|', '\\|').replace(/\n */g, ' ');
}

/** The table as docs/errors.md shows it. */
function markdown(): string {
  const lines = rows.map(
    ([, { situation, message, next, exit, left }]) =>
      `| ${[cell(situation), `\`${cell(message)}\``, `\`${cell(next)}\``, exit, cell(left)].join(' | ')} |`,
  );
  return ['| Situation | Message | Next | Exit | Left as it was |', '| --- | --- | --- | --- | --- |', ...lines].join(
    '\n',
  );
}

describe('the table of errors', () => {
  it('is what docs/errors.md shows, word for word', () => {
    const shown = fs.readFileSync(path.join(projectRoot, 'docs', 'errors.md'), 'utf8');
    const table = shown.split('\n').filter((line) => line.startsWith('|'));
    assert.deepEqual(table, markdown().split('\n'));
  });

  for (const [name, { situation, test }] of rows) {
    it(`has a test for: ${situation}`, () => {
      const text = fs.readFileSync(path.join(projectRoot, 'test', test), 'utf8');
      assert.ok(text.includes(`'${name}'`), `${test} says nothing of ${name}`);
    });
  }
});
