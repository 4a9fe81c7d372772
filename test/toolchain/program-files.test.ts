import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { projectRoot } from '../../base/paths';
import { programFiles, readProgram } from '../../toolchain/program-files';
import { temporaryFolders } from './temporary';

describe('what goes into the tools image', () => {
  const folder = temporaryFolders();

  function checkout(files: Record<string, string>): string {
    const root = folder();
    for (const [name, text] of Object.entries(files)) {
      fs.mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
      fs.writeFileSync(path.join(root, name), text);
    }
    return root;
  }

  it('is the program, without the sample shop, tests, docs, packages, pages, hidden files and logs', () => {
    const root = checkout({
      'index.ts': '',
      'Pulumi.yaml': '',
      'components/edge.ts': '',
      'components/README.md': '',
      'components/.swp': '',
      'storedog/discounts/test/unit.test.js': '',
      'pipelines/test/a.ts': '',
      'pipelines/named': '',
      'pipelines/node_modules/x/index.js': '',
      'test/edge.test.ts': '',
      'docs/a.md': '',
      'README.md': '',
      LICENSE: '',
      'bench/b.ts': '',
      'coverage/c.json': '',
      'node_modules/x/index.js': '',
      '.git/config': '',
      '.ci/run': '',
      'sluice.log': '',
    });
    assert.deepEqual(programFiles(root), [
      'LICENSE',
      'Pulumi.yaml',
      'components/edge.ts',
      'index.ts',
      'pipelines/named',
      'pipelines/test/a.ts',
    ]);
  });

  it('is nothing of what a team configures: stack files, scenarios, compose files, folders that nobody knows', () => {
    const program = { 'index.ts': '', 'checks/main.ts': '' };
    const root = checkout({
      ...program,
      'Pulumi.staging.yaml': 'config:\n  sluice:compose: shop/docker-compose.yml\n',
      'shop/docker-compose.yml': '',
      'checks/scenarios/mine.ts': '',
      'scenarios/mine.ts': '',
      'ca.pem': '',
    });
    assert.deepEqual(readProgram(root), readProgram(checkout(program)));
    fs.appendFileSync(path.join(root, 'Pulumi.staging.yaml'), '# a comment\n');
    fs.writeFileSync(path.join(root, 'checks/scenarios/mine.ts'), 'another gate');
    assert.deepEqual(readProgram(root), readProgram(checkout(program)));
  });

  it('is another program when a file of it is another, also one that is no text', () => {
    const hashes = [Buffer.from([0xff, 0x00]), Buffer.from([0xfe, 0x00])].map((bytes) => {
      const root = checkout({});
      fs.mkdirSync(path.join(root, 'toolchain'));
      fs.writeFileSync(path.join(root, 'toolchain', 'x.bin'), bytes);
      return readProgram(root).map(({ hash }) => hash);
    });
    assert.equal(new Set(hashes.flat()).size, 2);
  });

  it('is every room of the house', () => {
    const text = fs.readFileSync(path.join(projectRoot, 'floors.mjs'), 'utf8');
    const [list = ''] = /export const floors = \[[^;]*\];/.exec(text) ?? [];
    const floors = [...list.matchAll(/'([\w.]+)'/g)].map(([, room = '']) => room);
    assert.ok(floors.includes('base') && floors.length > 10);
    const own = programFiles(projectRoot);
    for (const room of floors)
      assert.ok(
        own.some((name) => name === room || name.startsWith(`${room}/`)),
        room,
      );
    for (const name of [
      'Pulumi.yaml',
      'package.json',
      'package-lock.json',
      'tsconfig.json',
      'bin/sluice.cjs',
      'actions/run.cjs',
    ])
      assert.ok(own.includes(name), name);
  });
});
