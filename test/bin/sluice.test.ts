import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { projectRoot } from '../../base/paths';
import { copyCheckout } from './checkout';

describe('./sluice', function () {
  this.timeout(60_000);
  let folder: string;
  before(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'sluice-command-'));
  });
  after(() => fs.rmSync(folder, { recursive: true }));

  function run(cwd: string, command: string, args: string[], env: NodeJS.ProcessEnv = {}) {
    const { status, stdout, stderr } = spawnSync(command, args, {
      cwd,
      encoding: 'utf8',
      env: { ...process.env, ...env },
    });
    return { status, stdout, stderr };
  }

  const help = run(projectRoot, process.execPath, ['bin/sluice.cjs', 'rollback', '--help']).stdout;

  it('is what npm run starts, from any folder, through links and as a program of node', () => {
    assert.match(help, /--to/);
    const link = path.join(folder, 'link');
    fs.symlinkSync(path.join(projectRoot, 'sluice'), link);
    const linked = path.join(folder, 'again');
    fs.symlinkSync('link', linked);
    const all = path.join(folder, 'project');
    fs.symlinkSync(projectRoot, all);
    const args = ['rollback', '--help'];
    for (const [cwd, command, more] of [
      [projectRoot, './sluice', args],
      [path.join(projectRoot, 'docs'), '../sluice', args],
      [folder, path.join(projectRoot, 'sluice'), args],
      [folder, './link', args],
      ['/', linked, args],
      [all, './sluice', args],
      [projectRoot, process.execPath, ['sluice', ...args]],
    ] satisfies [string, string, string[]][]) {
      assert.deepEqual(run(cwd, command, more), { status: 0, stdout: help, stderr: '' }, `${command} in ${cwd}`);
    }
  });

  it('ends as the verb does, options and all', () => {
    const { status, stderr } = run(folder, path.join(projectRoot, 'sluice'), ['rollback', 'production', '--too', 'x']);
    assert.equal(status, 2);
    assert.match(stderr, /^error: rollback has no option "--too"; did you mean "--to"\?\n/);
  });

  it('brings the packages in a fresh clone, as npm run does', () => {
    const clone = path.join(folder, 'clone');
    copyCheckout(clone, false);
    // In place of npm, which would fetch them: the packages of this checkout.
    const bin = path.join(folder, 'bin');
    fs.mkdirSync(bin);
    const npm = `#!/bin/sh\ntest "$1" = ci && exec ln -s '${path.join(projectRoot, 'node_modules')}' node_modules\n`;
    fs.writeFileSync(path.join(bin, 'npm'), npm, { mode: 0o755 });
    const PATH = `${bin}:${process.env['PATH'] ?? ''}`;
    const { status, stdout, stderr } = run(folder, 'clone/sluice', ['rollback', '--help'], { PATH });
    assert.deepEqual({ status, stdout }, { status: 0, stdout: help }, stderr);
    assert.equal(stderr, 'sluice: installing npm packages (once, about 15 s)\n');
    assert.deepEqual(run('/', path.join(clone, 'sluice'), ['rollback', '--help'], { PATH }).stderr, '');
  });
});
