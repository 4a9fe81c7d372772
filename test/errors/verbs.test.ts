import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { projectRoot } from '../../base/paths';
import { assertEnded } from './told';

/** The command as people type it. Nothing it could change is in its reach: state and cache are a new folder's, the engine is none. */
describe('a verb that is refused', function () {
  this.timeout(60_000);
  let folder: string;
  before(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'sluice-errors-'));
    const client = '#!/bin/sh\necho "Cannot connect to the Docker daemon at $DOCKER_HOST." >&2\nexit 1\n';
    fs.mkdirSync(path.join(folder, 'bin'));
    fs.writeFileSync(path.join(folder, 'bin', 'docker'), client, { mode: 0o755 });
  });
  after(() => fs.rmSync(folder, { recursive: true }));

  function sluice(...args: string[]): { code: number; stdout: string; stderr: string } {
    const { status, stdout, stderr } = spawnSync(process.execPath, ['bin/sluice.cjs', ...args], {
      cwd: projectRoot,
      encoding: 'utf8',
      env: {
        ...process.env,
        CI: 'true',
        PATH: `${folder}/bin:${process.env['PATH'] ?? ''}`,
        DOCKER_HOST: `unix://${folder}/none`,
        SLUICE_HOME: path.join(folder, 'home'),
        SLUICE_CACHE: path.join(folder, 'cache'),
      },
    });
    return { code: status ?? -1, stdout, stderr };
  }

  /** Neither a result nor anything in the state's folder. */
  function assertNothingDone(stdout: string): void {
    assert.equal(stdout, '');
    assert.ok(!fs.existsSync(path.join(folder, 'home')));
  }

  it('names the nearest stack', () => {
    const { stdout, ...ended } = sluice('up', 'stging');
    assertEnded('unknownStack', ended);
    assert.match(ended.stderr, /did you mean "staging"\?/);
    assertNothingDone(stdout);
  });

  it('names the nearest check', () => {
    const { stdout, ...ended } = sluice('check', 'production', 'helth');
    assertEnded('unknownCheck', ended);
    assert.match(ended.stderr, /did you mean "health"\?\n {2}next: one of: shop, health/);
    assertNothingDone(stdout);
  });

  it('approves nothing where nobody is asked, and reads no state to say so', () => {
    const { stdout, ...ended } = sluice('approve', 'production');
    assertEnded('approvalNotAsked', ended);
    assertNothingDone(stdout);
  });

  it('lists the checks for a name that is like none', () => {
    const ended = sluice('check', 'production', 'nosuch');
    assertEnded('unknownCheck', ended);
  });

  it('says which engine was asked for and does not answer', () => {
    const { stdout, ...ended } = sluice('up');
    assertEnded('engineAway', ended);
    assert.match(ended.stderr, /DOCKER_HOST is unix:.*none, and no engine answers there: Cannot connect/);
    assertNothingDone(stdout);
  });
});
