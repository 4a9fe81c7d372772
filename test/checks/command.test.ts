import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { runHere } from '../../checks/run';
import { cleanUp, commandRequest } from './fixtures';

const node = (code: string) => [process.execPath, '-e', code];

describe('command check', () => {
  afterEach(cleanUp);

  it('passes with exit code 0 and keeps what was printed', async () => {
    const request = commandRequest(node("console.log('out'); console.error('err')"));
    const { verdict, files } = await runHere(request);
    assert.equal(verdict, 'pass');
    assert.deepEqual(files, ['check.log', 'output.log']);
    assert.equal(fs.readFileSync(path.join(request.evidence, 'output.log'), 'utf8'), 'out\nerr\n');
  });

  it('tells the command what it checks', async () => {
    const request = commandRequest(
      node(`
        const { URL_MY_SHOP, DIGEST_DISCOUNTS, SLUICE_ENVIRONMENT, EVIDENCE } = process.env;
        const { name } = JSON.parse(require('node:fs').readFileSync(0, 'utf8'));
        console.log(JSON.stringify([URL_MY_SHOP, DIGEST_DISCOUNTS, SLUICE_ENVIRONMENT, EVIDENCE, name]));
      `),
    );
    assert.equal((await runHere(request)).verdict, 'pass');
    assert.deepEqual(JSON.parse(fs.readFileSync(path.join(request.evidence, 'output.log'), 'utf8')), [
      'http://my-shop',
      'sha256:ab',
      'staging',
      request.evidence,
      'one',
    ]);
  });

  const others: [string, string[], 'fail' | 'unknown', RegExp][] = [
    [
      'exit code 1',
      node("console.log('3 of 4'); process.exit(1)"),
      'fail',
      /expected exit code 0, seen 1, last line "3 of 4"/,
    ],
    ['exit code 5', node('process.exit(5)'), 'fail', /expected exit code 0, seen 5; output\.log/],
    [
      'a whole script, which does not hide what came of it',
      node(`${'// more\n'.repeat(500)}process.exit(5)`),
      'fail',
      /^step "[^\n"]{1,250}": expected exit code 0, seen 5;/,
    ],
    ['exit code 2', node('process.exit(2)'), 'unknown', /it could not tell: exit code 2/],
    ['exit code 127', node('process.exit(127)'), 'unknown', /it could not tell: exit code 127/],
    ['a signal', node("process.kill(process.pid, 'SIGKILL')"), 'unknown', /it was ended by SIGKILL/],
    ['a program that is not there', ['/no/such/program'], 'unknown', /it can't be started: .*ENOENT/],
  ];
  for (const [name, command, verdict, summary] of others) {
    it(`${verdict === 'fail' ? 'fails' : 'could not tell'} with ${name}`, async () => {
      const result = await runHere(commandRequest(command));
      assert.equal(result.verdict, verdict);
      assert.match(result.summary, summary);
    });
  }

  it('ends the command and what it started when its time is over', async () => {
    const request = commandRequest(
      node(`
        const { spawn } = require('node:child_process');
        console.log(spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']).pid);
        setInterval(() => {}, 1000);
      `),
      1.5,
    );
    const { verdict, summary } = await runHere(request);
    assert.equal(verdict, 'unknown');
    assert.match(summary, /did not end within 1\.5 s/);
    const grandchild = Number(fs.readFileSync(path.join(request.evidence, 'output.log'), 'utf8'));
    assert.ok(grandchild > 0);
    const state = () => {
      try {
        return fs.readFileSync(`/proc/${grandchild}/stat`, 'utf8').split(' ')[2];
      } catch {
        return 'gone';
      }
    };
    for (let looks = 0; looks < 50 && !['gone', 'Z'].includes(state() ?? ''); looks++) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    assert.match(state() ?? '', /^(gone|Z)$/);
  });
});
