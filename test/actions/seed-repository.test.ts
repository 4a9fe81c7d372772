import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import type { ActionInput } from '../../actions/contract';
import seedRepository from '../../actions/seed-repository';
import { projectRoot } from '../../base/paths';
import { fakeServers, restoreFetch } from '../clients/fake-server';

/** A folder stands in for the git host: git pushes to it as to a server, without a network. */
describe('seed-repository', () => {
  let folder: string;
  let source: string;
  let input: ActionInput<'seed-repository'>;
  const bare = () => path.join(folder, 'shop', 'discounts.git');
  const read = (...args: string[]) => execFileSync('git', ['-C', bare(), ...args], { encoding: 'utf8' });

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'seed-test-'));
    mkdirSync(bare(), { recursive: true });
    execFileSync('git', ['init', '--quiet', '--bare', '--initial-branch=main', bare()]);
    // Only what is below the project is pushed; this folder of it is nobody's.
    mkdirSync(path.join(projectRoot, 'coverage'), { recursive: true });
    source = mkdtempSync(path.join(projectRoot, 'coverage', 'seed-test-'));
    mkdirSync(path.join(source, 'node_modules', 'x'), { recursive: true });
    writeFileSync(path.join(source, 'server.js'), 'serve\n');
    writeFileSync(path.join(source, '.gitignore'), '*.log\n');
    writeFileSync(path.join(source, 'noise.log'), 'noise\n');
    writeFileSync(path.join(source, '.drone.yml'), 'old\n');
    writeFileSync(path.join(source, 'node_modules', 'x', 'index.js'), '');
    input = {
      git: { kind: 'gitea', container: 'sluice-git', url: `file://${folder}` },
      login: { username: 'sluice', password: 'hush' },
      repository: { owner: 'shop', name: 'discounts', description: '', private: true, defaultBranch: 'main' },
      folder: path.relative(projectRoot, source),
      files: { '.drone.yml': 'generated\n' },
      message: 'Start discounts',
    };
  });
  afterEach(() => {
    restoreFetch();
    for (const each of [folder, source]) rmSync(each, { recursive: true, force: true });
  });

  function gitHost(empty: boolean): void {
    const remote = { empty, clone_url: 'http://localhost:3000/shop/discounts.git', html_url: '', private: true };
    fakeServers({ [`GET ${folder}/api/v1/repos/shop/discounts`]: { json: remote } });
  }

  it('pushes the folder with further files as the first commit, without what is ignored', async () => {
    gitHost(true);
    const { commit } = await seedRepository(input);
    assert.equal(read('rev-parse', 'refs/heads/main').trim(), commit);
    assert.equal(read('log', '--format=%an %s', 'main'), 'Sluice Start discounts\n');
    assert.deepEqual(read('ls-tree', '-r', '--name-only', 'main').trim().split('\n'), [
      '.drone.yml',
      '.gitignore',
      'server.js',
    ]);
    assert.equal(read('show', 'main:.drone.yml'), 'generated\n');
  });

  it('leaves a repository with commits alone', async () => {
    gitHost(false);
    assert.deepEqual(await seedRepository(input), { commit: null });
    assert.equal(read('for-each-ref'), '');
  });

  it('says what git says when the push is refused, and not the password', async () => {
    gitHost(true);
    rmSync(bare(), { recursive: true });
    await assert.rejects(seedRepository(input), (error: Error) => {
      assert.match(error.message, /^git push: /);
      assert.ok(!error.message.includes('hush'));
      return true;
    });
  });
});
