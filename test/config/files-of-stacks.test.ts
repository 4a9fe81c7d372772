import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { filesOfStacks, stacksOfPlatform } from '../../config/files-of-stacks';
import { configRoot } from '../../base/paths';
import { readStacks } from '../../config/stacks';
import { parseProject } from '../errors/project';
import { temporaryFolders } from '../toolchain/temporary';

describe('the files of stacks', () => {
  const folder = temporaryFolders();

  function checkout(files: Record<string, string>): string {
    const root = folder();
    for (const [name, text] of Object.entries(files)) {
      fs.mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
      fs.writeFileSync(path.join(root, name), text);
    }
    return root;
  }

  it('are their own, and of other files those that they name', () => {
    const root = checkout({
      'Pulumi.yaml': '',
      'Pulumi.platform.yaml': 'config:\n  sluice:registryCa: keys/ca.pem\n',
      'Pulumi.staging.yaml':
        'config:\n  sluice:gate: [{ name: shop, type: browser, scenario: checks/a.ts }]\n' +
        '  sluice:watch: { checks: [{ name: again, type: browser, scenario: docs/b.ts }] }\n',
      'Pulumi.other.yaml': 'config:\n  sluice:gate: [{ name: shop, type: browser, scenario: checks/c.ts }]\n',
      'keys/ca.pem': '',
      'keys/other.pem': '',
      'checks/a.ts': '',
      'docs/b.ts': '',
      'checks/c.ts': '',
    });
    assert.deepEqual(filesOfStacks(['platform', 'staging'], root), [
      'Pulumi.platform.yaml',
      'Pulumi.staging.yaml',
      'checks/a.ts',
      'docs/b.ts',
      'keys/ca.pem',
    ]);
  });

  it('are those that a variable names, or that stand in a text of JSON', () => {
    const root = checkout({
      'Pulumi.a.yaml': 'config:\n  sluice:registryCa: $CA_FILE\n',
      'Pulumi.b.yaml': `config:\n  sluice:gate: '[{"name":"shop","type":"browser","scenario":"b.ts"}]'\n`,
      'ca.pem': '',
      'b.ts': '',
    });
    const found = filesOfStacks(['a', 'b'], root, { CA_FILE: 'ca.pem' });
    assert.deepEqual(found, ['Pulumi.a.yaml', 'Pulumi.b.yaml', 'b.ts', 'ca.pem']);
  });

  it('are what compose files lead to wherever it is, and no file of their secrets', () => {
    const root = checkout({
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
    assert.deepEqual(filesOfStacks(['staging'], root), [
      'Pulumi.staging.yaml',
      'docs/shop/.env',
      'docs/shop/docker-compose.yml',
      'docs/shop/nginx.conf',
      'docs/shop/web.env',
    ]);
  });

  it('are no file of a secret, by whatever name and for whatever else it is used', () => {
    const root = checkout({
      'Pulumi.staging.yaml': 'config:\n  sluice:compose: docker-compose.yml\n',
      'docker-compose.yml':
        'services:\n  web:\n    env_file: [web.env, link.env]\n    secrets: [key]\nsecrets:\n  key: { file: ./web.env }\n',
      'web.env': 'KEY=secret\n',
    });
    fs.symlinkSync('web.env', path.join(root, 'link.env'));
    assert.deepEqual(filesOfStacks(['staging'], root), ['Pulumi.staging.yaml', 'docker-compose.yml']);
  });

  it('are none that is not there, is a folder, or lies outside, and none of a stack file that can not be read', () => {
    const above = checkout({ 'secret.ts': 'secret', 'in/folder/x': '' });
    const root = path.join(above, 'in');
    const gate = (...names: string[]): string =>
      `config:\n  sluice:gate:\n${names.map((name) => `    - { type: browser, scenario: ${name} }\n`).join('')}`;
    fs.writeFileSync(path.join(root, 'Pulumi.a.yaml'), gate('none.ts', 'folder', '../secret.ts', 'link.ts', above));
    fs.symlinkSync('../secret.ts', path.join(root, 'link.ts'));
    fs.writeFileSync(path.join(root, 'Pulumi.b.yaml'), 'config: [');
    fs.writeFileSync(path.join(root, 'Pulumi.c.yaml'), 'config:\n  sluice:compose: x.yml\n');
    fs.writeFileSync(path.join(root, 'x.yml'), 'services: [');
    assert.deepEqual(filesOfStacks(['a', 'b', 'c'], root), [
      'Pulumi.a.yaml',
      'Pulumi.b.yaml',
      'Pulumi.c.yaml',
      'x.yml',
    ]);
  });

  it('are all that reading the stacks needs', () => {
    const root = configRoot();
    const names = filesOfStacks(['platform', 'staging', 'production'], root);
    assert.ok(names.includes('checks/scenarios/storedog.ts'));
    const copy = folder();
    for (const name of names) {
      fs.mkdirSync(path.dirname(path.join(copy, name)), { recursive: true });
      fs.copyFileSync(path.join(root, name), path.join(copy, name));
    }
    const before = process.env['SLUICE_CONFIG'];
    const here = readStacks();
    process.env['SLUICE_CONFIG'] = copy;
    try {
      assert.deepEqual(readStacks(), here);
    } finally {
      if (before === undefined) delete process.env['SLUICE_CONFIG'];
      else process.env['SLUICE_CONFIG'] = before;
    }
  });
});

describe('the stacks of a platform', () => {
  it('are its own, its environments, and what these promote from, with the platform of that', () => {
    const services = { web: { image: `web@sha256:${'a'.repeat(64)}`, port: 8000 } };
    const environment = (platform: string, promotesFrom: string, port: number) => ({
      role: 'environment',
      platform,
      ...(promotesFrom === '' ? {} : { promotesFrom, gate: [] }),
      services: { web: { ...services.web, port } },
    });
    const ports = (first: number) => ({ gitHostPort: first, dronePort: first + 1, registryPort: first + 2 });
    const stacks = parseProject({
      shop: { role: 'platform', prefix: 'shop', ...ports(3000) },
      blog: { role: 'platform', prefix: 'blog', ...ports(4000) },
      lab: { role: 'platform', prefix: 'lab', ...ports(5000) },
      'shop-production': environment('shop', 'blog-staging', 8001),
      'blog-staging': environment('blog', '', 8002),
      'blog-production': environment('blog', 'blog-staging', 8003),
      'lab-staging': environment('lab', '', 8004),
    });
    const of = (platform: string) => stacksOfPlatform(platform, stacks).sort();
    assert.deepEqual(of('shop'), ['blog', 'blog-staging', 'shop', 'shop-production']);
    assert.deepEqual(of('blog'), ['blog', 'blog-production', 'blog-staging']);
    assert.deepEqual(of('lab'), ['lab', 'lab-staging']);
  });
});
