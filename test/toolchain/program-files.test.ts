import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { programFiles, programText } from '../../toolchain/program-files';
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
      'components/edge.ts': '',
      'storedog/discounts/test/unit.test.js': '',
      'pipelines/test/a.ts': '',
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
    assert.deepEqual(programFiles(root), ['LICENSE', 'components/edge.ts', 'index.ts', 'pipelines/test/a.ts']);
  });

  it('has what compose files lead to wherever it is, and no file of their secrets', () => {
    const root = checkout({
      'index.ts': '',
      'Pulumi.staging.yaml': 'config:\n  sluice:compose: docs/shop/docker-compose.yml\n',
      'docs/shop/docker-compose.yml':
        'services:\n  web:\n    env_file: web.env\n    volumes: ["./nginx.conf:/nginx.conf:ro"]\n    secrets: [key]\n' +
        'secrets:\n  key: { file: ../../keys/key.txt }\n',
      'docs/shop/.env': '',
      'docs/shop/web.env': '',
      'docs/shop/nginx.conf': '',
      'docs/shop/other.txt': '',
      'keys/key.txt': 'secret',
    });
    assert.deepEqual(programFiles(root), [
      'Pulumi.staging.yaml',
      'docs/shop/.env',
      'docs/shop/docker-compose.yml',
      'docs/shop/nginx.conf',
      'docs/shop/web.env',
      'index.ts',
    ]);
  });

  it('is the same when a stack file or a compose file can not be read', () => {
    const root = checkout({
      'Pulumi.a.yaml': 'config: [',
      'Pulumi.b.yaml': 'config:\n  sluice:compose: x.yml\n',
      'x.yml': 'services: [',
    });
    assert.deepEqual(programFiles(root), ['Pulumi.a.yaml', 'Pulumi.b.yaml', 'x.yml']);
  });

  it("has no stack's salt, and every other line as it is", () => {
    const root = checkout({ 'Pulumi.staging.yaml': 'encryptionsalt: v1:abc\nconfig:\n  sluice:x: encryptionsalt\n' });
    assert.equal(programText(root, 'Pulumi.staging.yaml').toString(), 'config:\n  sluice:x: encryptionsalt\n');
  });

  it('has the salt of a file with encrypted values: nothing else opens them where the state has another', () => {
    for (const value of ['\n    secure: v1:z', ' { secure: v1:z }', ' {"secure":"v1:z"}']) {
      const text = `encryptionsalt: v1:abc\nconfig:\n  sluice:x:${value}\n`;
      assert.equal(
        programText(checkout({ 'Pulumi.staging.yaml': text }), 'Pulumi.staging.yaml').toString(),
        text,
        value,
      );
    }
  });

  it('keeps files that are no text', () => {
    const root = checkout({ 'picture.png': '' });
    const bytes = Buffer.from([0x89, 0x50, 0xff, 0x00]);
    fs.writeFileSync(path.join(root, 'picture.png'), bytes);
    assert.deepEqual(programText(root, 'picture.png'), bytes);
  });
});
