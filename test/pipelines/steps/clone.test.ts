import * as assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { runClone } from '../../../pipelines/steps/clone';
import { tells } from '../../errors/told';

describe('the step clone', () => {
  let folder: string;
  let origin: string;
  let first: string;
  let second: string;
  let topic: string;
  let clashing: string;

  const git = (...words: string[]): string =>
    execFileSync('git', ['-c', 'user.name=Ann', '-c', 'user.email=ann@localhost', '-C', origin, ...words], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    }).trim();
  /** Commits a file. @returns the commit */
  const commit = (name: string, text: string): string => {
    fs.writeFileSync(path.join(origin, name), text);
    git('add', '--all');
    git('commit', '--quiet', '--message', `Write ${name}`);
    return git('rev-parse', 'HEAD');
  };

  before(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'sluice-clone-'));
    origin = path.join(folder, 'origin');
    fs.mkdirSync(origin);
    git('init', '--quiet', '--initial-branch', 'main');
    first = commit('a', 'one');
    git('checkout', '--quiet', '-b', 'topic');
    topic = commit('b', 'of the topic');
    git('update-ref', 'refs/pull/7/head', topic);
    git('checkout', '--quiet', '-b', 'clash', first);
    clashing = commit('a', 'another');
    git('update-ref', 'refs/pull/8/head', clashing);
    git('checkout', '--quiet', 'main');
    second = commit('a', 'two');
  });
  after(() => fs.rmSync(folder, { recursive: true }));

  let count = 0;
  /** Runs the step. @returns the workspace */
  async function clone(env: Record<string, string>): Promise<{ workspace: string; said: string[] }> {
    const workspace = path.join(folder, `workspace-${++count}`);
    fs.mkdirSync(workspace);
    const said: string[] = [];
    const given = { PATH: process.env['PATH'], SLUICE_CLONE_URL: origin, DRONE_COMMIT_BRANCH: 'main', ...env };
    assert.equal(await runClone(given, { workspace, say: (line) => said.push(line) }), 0);
    return { workspace, said };
  }
  const file = (workspace: string, name: string): string => fs.readFileSync(path.join(workspace, name), 'utf8');

  it('brings the commit of a push with its history, also when the branch has gone on', async () => {
    const { workspace, said } = await clone({ DRONE_COMMIT_SHA: first, DRONE_COMMIT_REF: 'refs/heads/main' });
    assert.equal(file(workspace, 'a'), 'one');
    assert.deepEqual(said, [`${first.slice(0, 7)} Write a (Ann)`]);
    const latest = await clone({ DRONE_COMMIT_SHA: second });
    assert.equal(file(latest.workspace, 'a'), 'two');
    const log = execFileSync('git', ['-c', 'safe.directory=*', '-C', latest.workspace, 'rev-list', 'HEAD']);
    assert.equal(log.toString().trim().split('\n').length, 2);
  });

  it('brings a pull request as it would be after merging', async () => {
    const env = { DRONE_BUILD_EVENT: 'pull_request', DRONE_COMMIT_REF: 'refs/pull/7/head', DRONE_COMMIT_SHA: topic };
    const { workspace } = await clone(env);
    assert.equal(file(workspace, 'a'), 'two');
    assert.equal(file(workspace, 'b'), 'of the topic');
  });

  it('says of one that can’t be merged what to do', async () => {
    const env = { DRONE_BUILD_EVENT: 'pull_request', DRONE_COMMIT_REF: 'refs/pull/8/head', DRONE_COMMIT_SHA: clashing };
    await assert.rejects(clone(env), tells('pullRequestClashes'));
  });

  it('says what can’t be fetched', async () => {
    await assert.rejects(clone({ DRONE_COMMIT_SHA: first, DRONE_COMMIT_BRANCH: 'gone' }), tells('notFetched'));
  });

  it('takes no name that git would take for an option, or for another command', async () => {
    const wrong: Record<string, string>[] = [
      { DRONE_COMMIT_SHA: '--upload-pack=id' },
      { DRONE_COMMIT_SHA: first, DRONE_COMMIT_BRANCH: 'main:refs/heads/other' },
      { DRONE_COMMIT_SHA: first, DRONE_COMMIT_BRANCH: 'a b' },
      { DRONE_COMMIT_SHA: first, DRONE_BUILD_EVENT: 'pull_request', DRONE_COMMIT_REF: '--upload-pack=id' },
    ];
    for (const env of wrong) await assert.rejects(clone(env), /is no (commit|name of)/);
  });

  it('runs nothing of what it brings, and takes nobody’s settings', async () => {
    const evil = `core.hooksPath=${folder}`;
    const mark = path.join(folder, 'ran');
    fs.writeFileSync(path.join(folder, 'post-checkout'), `#!/bin/sh\ntouch ${mark}\n`, { mode: 0o755 });
    await clone({ DRONE_COMMIT_SHA: second, GIT_CONFIG_PARAMETERS: `'${evil}'`, HOME: folder });
    assert.ok(!fs.existsSync(mark));
    const open = { PATH: process.env['PATH'], GIT_CONFIG_PARAMETERS: `'${evil}'` };
    execFileSync('git', ['clone', '--quiet', origin, path.join(folder, 'open')], { env: open });
    assert.ok(fs.existsSync(mark), 'a git with those settings would have run it');
  });
});
