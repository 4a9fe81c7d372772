import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { projectRoot } from '../../base/paths';
import { wantedFilesBelow } from '../../toolchain/program-files';

const notOurs = new Set(['node_modules', 'coverage']);
const files = wantedFilesBelow(projectRoot, (name) => !name.startsWith('.') && !notOurs.has(name));
const pages = files.filter((file) => file.endsWith('.md'));
/** The folders at the top of this project. */
const rooms = [...new Set(files.filter((file) => file.includes('/')).map((file) => file.split('/')[0] ?? ''))].sort();

const read = (file: string): string => fs.readFileSync(path.join(projectRoot, file), 'utf8');
const isThere = (name: string): boolean => fs.existsSync(path.join(projectRoot, name));

/** What a page says outside its blocks of code, which show what others write. */
function prose(text: string): string {
  return text.replace(/^(```|~~~)[^]*?^\1.*$/gm, '').replace(/^( {4}|\t).*$/gm, '');
}

/** What links of a page lead to, but for addresses of the web. */
function linksIn(text: string): string[] {
  const targets = [...prose(text).matchAll(/\]\(\s*<?([^)\s>]+)/g)].map(([, target = '']) => target);
  return targets.filter((target) => !/^[a-z][a-z+.-]*:/i.test(target));
}

/**
 * Files and folders of this project that a page names in backticks: they begin with a room's name and end in `.ts` and the like or in a
 * slash. What stands for several (`*`, `…`, `<name>`, `{a,b}`) is no such name.
 */
function namesIn(text: string): string[] {
  const words = [...prose(text).matchAll(/`([^`\n]+)`/g)].map(([, word = '']) => word);
  return words.filter((word) => {
    const [room = ''] = word.split('/');
    return /^[\w-]+(\/[\w.-]+)*(\/|\/[\w.-]*\.\w+)$/.test(word) && rooms.includes(room);
  });
}

/** The places in a page that a link can lead to, as GitHub names them. */
function placesIn(text: string): string[] {
  const headings = [...text.replace(/^(```|~~~)[^]*?^\1.*$/gm, '').matchAll(/^#{1,6} +(.+)$/gm)];
  return headings.map(([, heading = '']) =>
    heading
      .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

describe('what the docs name', () => {
  for (const page of pages) {
    const text = read(page);
    const folder = path.dirname(page);

    it(`is there: ${page}`, () => {
      const lost = [
        ...linksIn(text).filter((target) => {
          const [file = '', place] = target.split('#');
          const found = file === '' ? page : path.join(folder, decodeURI(file));
          if (!isThere(found)) return true;
          return place !== undefined && found.endsWith('.md') && !placesIn(read(found)).includes(place);
        }),
        // A page of the sample shop means its own folders.
        ...namesIn(text).filter((name) => !isThere(name) && !isThere(path.join(folder, name))),
      ];
      assert.deepEqual(lost, []);
    });
  }

  it('is there when the program names a page', () => {
    const lost = files
      .filter((file) => /\.(ts|cjs|yaml)$/.test(file) && !/^(test|docs)\//.test(file))
      .flatMap((file) => [...read(file).matchAll(/\bdocs\/[\w/-]+\.md\b/g)].map(([page]) => ({ file, page })))
      .filter(({ page }) => !isThere(page));
    assert.deepEqual(lost, []);
  });

  it('is every room', () => {
    for (const page of ['README.md', 'CONTRIBUTING.md']) {
      const text = read(page);
      assert.deepEqual(
        rooms.filter((room) => !text.includes(`[${room}/](${room})`)),
        [],
        page,
      );
    }
  });

  it('is found in the text as people write it', () => {
    const text =
      'see [a](x/y.md#z), [b](https://c.d), `test/run.ts`, `config/rules/`, `test/*.ts`, `npm test`, `no/room.ts`';
    assert.deepEqual(linksIn(text), ['x/y.md#z']);
    assert.deepEqual(namesIn(text), ['test/run.ts', 'config/rules/']);
    assert.deepEqual(namesIn('    `test/lost.ts`\n'), []);
    assert.deepEqual(placesIn("## What it is, and `isn't`\n### [A](b.md) b_c\n"), ['what-it-is-and-isnt', 'a-b_c']);
  });
});
