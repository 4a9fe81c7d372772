import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import fc from 'fast-check';
import { projectRoot } from '../../base/paths';
import { gitLabPipeline } from '../../pipelines/gitlab';
import { gitLabDescriptions } from './external-pipelines';
import { gitLabSample } from './gitlab-sample';

describe("GitLab's own schema, as gitlab-ci-local ships it", function () {
  this.timeout(120_000);
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'sluice-gitlab-'));
  before(() => {
    execFileSync('git', ['init', '--quiet', '--initial-branch', 'main', folder]);
    const author = ['-c', 'user.name=Ann', '-c', 'user.email=ann@example.org'];
    execFileSync('git', ['-C', folder, ...author, 'commit', '--quiet', '--allow-empty', '--message', 'Start']);
    execFileSync('git', ['-C', folder, 'remote', 'add', 'origin', 'git@gitlab.example.com:shop/discounts.git']);
  });
  after(() => fs.rmSync(folder, { recursive: true, force: true }));

  const list = (text: string) => {
    fs.writeFileSync(path.join(folder, '.gitlab-ci.yml'), text);
    const program = path.join(projectRoot, 'node_modules', 'gitlab-ci-local', 'dist', 'index.js');
    const { status, stdout, stderr } = spawnSync(process.execPath, [program, '--list-csv-all'], {
      cwd: folder,
      encoding: 'utf8',
      env: { PATH: process.env['PATH'], HOME: folder },
    });
    return { status, said: stdout + stderr, jobs: stdout.split('\n').map((line) => line.split(';')) };
  };

  it('takes the file, and finds in it who runs when', () => {
    const { status, said, jobs } = list(gitLabPipeline(gitLabSample()));
    assert.equal(status, 0, said);
    const [columns = [], ...rows] = jobs;
    const cell = (row: readonly string[], column: string): string => row[columns.indexOf(column)] ?? '';
    const when = Object.fromEntries(
      rows.map((row) => [cell(row, 'name'), [cell(row, 'when'), cell(row, 'allowFailure')]]),
    );
    assert.deepEqual(when['build'], ['on_success', 'false']);
    assert.deepEqual(when['deploy'], ['on_success', 'false']);
    assert.deepEqual(when['deploy stage'], ['manual', 'true']);
    assert.deepEqual(when['deploy production'], ['manual', 'true']);
    assert.deepEqual(when['test'], ['never', 'false']);
  });

  it('takes what else can be described', () => {
    for (const description of fc.sample(gitLabDescriptions, { numRuns: 5, seed: 20261125 })) {
      const { status, said } = list(gitLabPipeline(description));
      assert.equal(status, 0, said);
    }
  });

  it('would refuse a key that GitLab does not know', () => {
    const { status, said } = list(gitLabPipeline(gitLabSample()).replace('interruptible:', 'interruptable:'));
    assert.notEqual(status, 0);
    assert.match(said, /'interruptable' property is not expected to be here/);
  });
});
