import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import * as path from 'node:path';
import { projectRoot } from '../../../base/paths';

describe('base/loader/later.cjs', function () {
  this.timeout(30_000);

  /** What a program prints that runs with it, as JSON. */
  function run(code: string): unknown {
    const text = `
      require('./base/loader/later.cjs');
      const loaded = (name) => Object.values(require.cache).some((m) => m.filename.endsWith(name) && m.children.length > 0);
      console.log(JSON.stringify((() => { ${code} })()));`;
    const { stdout, stderr } = spawnSync(process.execPath, ['-e', text], { cwd: projectRoot, encoding: 'utf8' });
    assert.equal(stderr, '');
    return JSON.parse(stdout);
  }

  it('lets the SDK load without its Automation API', () => {
    const code = `
      const pulumi = require('@pulumi/pulumi');
      const before = loaded('/pulumi/automation/index.js');
      const workspace = typeof pulumi.automation.LocalWorkspace.createOrSelectStack;
      return { before, workspace, after: loaded('/pulumi/automation/index.js') };`;
    assert.deepEqual(run(code), { before: false, workspace: 'function', after: true });
  });

  it('keeps all that it puts off away from what a stack declares', () => {
    const load = () =>
      run(`
        require('./bin/program.cjs');
        for (const stack of ['platform', 'environment']) require('./stacks/' + stack);
        const { isProxy } = require('node:util').types;
        const real = Object.values(require.cache).flatMap((m) => (isProxy(m.exports) ? [] : [m.filename]));
        const putOff = /@pulumi.pulumi.(automation|typescript-shim)|@npmcli|zod.v4.locales|node_modules.(ts-node|typescript)/;
        return real.filter((file) => putOff.test(file)).map((file) => file.replace(/^.*node_modules./, ''));`);
    // The first time, a file that has changed is compiled.
    load();
    // English is what zod begins with.
    assert.deepEqual(load(), [path.join('zod', 'v4', 'locales', 'en.cjs')]);
  });

  it('hides nothing of what it puts off', () => {
    const names = ['@pulumi/pulumi/automation', 'zod/v4/locales'];
    for (const name of names) {
      const code = `
        const put = require('${name}');
        const off = Object.keys(put).sort();
        delete require.cache[require.resolve('${name}')];
        const real = require('${name}');
        return [off, Object.keys(real).sort(), 'nothing' in put, off.every((key) => put[key] === real[key] || typeof put[key] === typeof real[key])];`;
      const [off, real, nothing, same] = run(code) as [string[], string[], boolean, boolean];
      assert.ok(real.length > 5);
      assert.deepEqual(off, real);
      assert.equal(nothing, false);
      assert.ok(same);
    }
  });

  it('still turns functions into text', () => {
    const code = `
      require('./base/loader/later.cjs');
      const pulumi = require('@pulumi/pulumi');
      pulumi.runtime.serializeFunction(() => 1).then(({ text }) => console.log(text.includes('return () => 1')));`;
    const { stdout } = spawnSync(process.execPath, ['-e', code], { cwd: projectRoot, encoding: 'utf8' });
    assert.equal(stdout, 'true\n');
  });
});
