import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { runnerEnvFile } from '../../engine/drone-runner';

const settings = { url: 'http://localhost:3000', internalUrl: 'http://sluice-gateway:3000' };

/** The file's variables as Drone's runner reads them (godotenv 1.3.0): the outer single quotes go, the rest stays. */
function variables(text: string): Record<string, string> {
  const lines = text.trimEnd().split('\n');
  return Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf('=')), /'(.*)'$/.exec(line)?.[1] ?? '']));
}

/** Runs this machine's git with nothing but the variables and a home that holds the clone's credentials. */
function git(args: string[], input = ''): string {
  const home = mkdtempSync(path.join(tmpdir(), 'sluice-git-'));
  writeFileSync(path.join(home, '.netrc'), 'machine localhost\nlogin robot\npassword s3cret\n');
  const env = {
    ...variables(runnerEnvFile(settings)),
    PATH: process.env['PATH'],
    HOME: home,
    GIT_CONFIG_NOSYSTEM: '1',
  };
  try {
    return execFileSync('git', args, { cwd: home, env, input, encoding: 'utf8' });
  } finally {
    rmSync(home, { recursive: true });
  }
}

describe("the steps' variables", () => {
  it('are one that any git reads, also that of Drone’s clone image', () => {
    assert.deepEqual(Object.keys(variables(runnerEnvFile(settings))), ['GIT_CONFIG_PARAMETERS']);
  });

  it('lead git from people’s address to the gateway, and nothing else anywhere', () => {
    const at = (url: string): string => git(['ls-remote', '--get-url', url]).trim();
    assert.equal(at('http://localhost:3000/sluice/discounts.git'), 'http://sluice-gateway:3000/sluice/discounts.git');
    assert.equal(at('http://localhost:30001/a/b.git'), 'http://localhost:30001/a/b.git');
    assert.equal(at('https://github.com/a/b.git'), 'https://github.com/a/b.git');
  });

  it('give git the clone’s credentials for the gateway, and for no other host', () => {
    const ask = (host: string): string => git(['credential', 'fill'], `protocol=http\nhost=${host}\nusername=x\n\n`);
    assert.match(ask('sluice-gateway:3000'), /^username=robot\npassword=s3cret$/m);
    assert.throws(() => ask('elsewhere:3000'));
  });
});
