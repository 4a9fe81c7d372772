import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { UserError } from '../../base/errors';
import { below, belowProject, configRoot, projectFile, projectRoot } from '../../base/paths';

describe('a path below a folder', () => {
  let folder: string;
  before(() => {
    folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'sluice-below-')));
    fs.mkdirSync(path.join(folder, 'project', 'shop'), { recursive: true });
    fs.writeFileSync(path.join(folder, 'secret'), '');
    fs.writeFileSync(path.join(folder, 'project', 'shop', 'a'), '');
    for (const [name, to] of Object.entries({ out: '../secret', up: '..', in: 'shop/a', nowhere: '../none' }))
      fs.symlinkSync(to, path.join(folder, 'project', name));
    fs.symlinkSync('project', path.join(folder, 'link'));
  });
  after(() => fs.rmSync(folder, { recursive: true }));

  it('is told whole and without links, there or not', () => {
    for (const root of ['project', 'link']) {
      const found = (name: string) => below(name, path.join(folder, root));
      assert.equal(found('shop/a'), path.join(folder, 'project', 'shop', 'a'));
      assert.equal(found('in'), path.join(folder, 'project', 'shop', 'a'));
      assert.equal(found('new/..data'), path.join(folder, 'project', 'new', '..data'));
      assert.equal(found(''), path.join(folder, 'project'));
    }
  });

  it('is none that leads out: by its words, by a link, by a part that is one', () => {
    for (const name of ['..', '../secret', 'shop/../../secret', path.join(folder, 'secret'), 'out', 'up', 'up/secret'])
      assert.equal(below(name, path.join(folder, 'project')), undefined, name);
  });

  it('of the project is the same, or refused by name', () => {
    assert.equal(belowProject('base/paths.ts'), fs.realpathSync(path.join(projectRoot, 'base', 'paths.ts')));
    assert.throws(
      () => belowProject('../x', 'Pulumi.staging.yaml: sluice:gate: '),
      (error) =>
        error instanceof UserError && /^Pulumi.*sluice:gate: \.\.\/x is outside the project/.test(error.message),
    );
  });

  it('of config is one of the folder that SLUICE_CONFIG names', () => {
    assert.equal(configRoot({}), projectRoot);
    assert.equal(configRoot({ SLUICE_CONFIG: '' }), projectRoot);
    assert.equal(configRoot({ SLUICE_CONFIG: '/srv/shop' }), '/srv/shop');
    const before = process.env['SLUICE_CONFIG'];
    process.env['SLUICE_CONFIG'] = path.join(folder, 'project');
    try {
      assert.equal(belowProject('shop/a'), path.join(folder, 'project', 'shop', 'a'));
    } finally {
      if (before === undefined) delete process.env['SLUICE_CONFIG'];
      else process.env['SLUICE_CONFIG'] = before;
    }
  });

  it('is named in config without tricks', () => {
    for (const name of ['storedog/services/api', './a.yaml', 'a-b_c.pem']) assert.ok(projectFile.test(name), name);
    for (const name of ['', '/etc/passwd', '../x', 'a/../b', 'a b', 'a\nb']) assert.ok(!projectFile.test(name), name);
  });
});
