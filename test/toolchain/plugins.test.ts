import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { projectRoot } from '../../base/paths';
import { sharedSources } from '../../toolchain/items/plugins';
import { wantedFilesBelow } from '../../toolchain/program-files';

/** What a file of the project imports of it, as paths below its root. */
function imports(file: string): string[] {
  const text = fs.readFileSync(path.join(projectRoot, file), 'utf8');
  return [...text.matchAll(/ from '(\.[^']*)'/g)].map(([, name = '']) => `${path.join(path.dirname(file), name)}.ts`);
}

describe('the recipe of the plugins', () => {
  it('knows all that they are made of: a change of it makes them anew', () => {
    const folder = path.join('toolchain', 'plugins');
    const own = wantedFilesBelow(path.join(projectRoot, folder), () => true).map((file) => path.join(folder, file));
    const used = own.flatMap(imports).filter((file) => !file.startsWith(folder));
    assert.deepEqual([...new Set(used)].sort(), sharedSources);
    assert.deepEqual(sharedSources.flatMap(imports), []);
  });
});
