import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { createArguments, readVerdict, runCheck, type CheckRun } from '../../checks/container';
import { unknownVerdict } from '../../checks/protocol';
import { docker } from '../../clients/docker/docker';
import { foundImages } from '../../stacks/images';
import { cleanUp, temporaryFolder } from './fixtures';

const program = fs.readFileSync(path.join(__dirname, 'forger.cjs'), 'utf8');
const forged = JSON.stringify({ ...unknownVerdict('forged', new Date(0)), verdict: 'pass' });

const run = (command: string[], localFolder?: string): CheckRun => ({
  check: {
    name: 'forger',
    type: 'command',
    environment: 'here',
    candidate: {},
    urls: {},
    settings: { command },
    timeLimitSeconds: 60,
  },
  image: foundImages()['tools'] ?? '',
  network: 'none',
  instance: `sluice-test-${process.pid}`,
  evidencePath: 'forger',
  ...(localFolder === undefined ? {} : { localFolder }),
  log: () => undefined,
});

/** In the tools image, on this machine's engine. */
describe('ForgedVerdict', function () {
  this.timeout(180_000);
  afterEach(cleanUp);

  it('a failing program that tries everything to pass has failed, and nothing of who judges it was in its reach', async () => {
    const folder = temporaryFolder();
    const verdict = await runCheck(run(['node', '-e', program, forged], folder));
    const read = (name: string) => fs.readFileSync(path.join(folder, name), 'utf8');
    const tries = read('output.log').trimEnd().split('\n');
    assert.deepEqual(tries, [
      'CapEff:0000000000000000 NoNewPrivs:1',
      'verdict in the evidence: done',
      ...['check.log taken away: EPERM', 'output.log taken away: EPERM'],
      ...['the judge', 'the supervisor', 'the first process'].flatMap((of) =>
        ['environ', 'mem', 'fd/1', 'fd/2'].map((file) => `${file} of ${of}: EACCES`),
      ),
      ...['inspector of the supervisor: EPERM', 'inspector of the judge: EPERM'],
      ...['end of the judge: EPERM', 'end of the supervisor: EPERM', 'end of the first process: EPERM'],
      'not forged',
    ]);
    assert.equal(verdict.verdict, 'fail');
    assert.match(verdict.summary, /expected exit code 0, seen 1, last line "not forged"/);
    const kept = JSON.parse(read('verdict.json')) as { verdict: string; summary: string };
    assert.deepEqual([kept.verdict, kept.summary], [verdict.verdict, verdict.summary]);
  });

  it('the same program, as the same user as who judges it, passes: the test would see it', async () => {
    const name = `sluice-test-${process.pid}-undefended`;
    const asked = run(['node', '-e', program, forged]);
    const args = createArguments(name, asked)
      .map((each) => (each === '0:0' ? '1000:1000' : each))
      .slice(0, -2);
    try {
      await docker(args);
      const ended = await docker(['start', '--attach', '--interactive', name], {
        input: JSON.stringify({ ...asked.check, evidence: '/tmp/evidence' }),
        allowFailure: true,
        timeoutSeconds: 90,
      });
      const { verdict, summary } = readVerdict(ended, 90, new Date());
      assert.deepEqual([verdict, summary], ['pass', 'forged']);
    } finally {
      await docker(['rm', '--force', '--volumes', name], { allowFailure: true });
    }
  });

  it('what a program leaves running ends with its check, and holds nothing up', async () => {
    const leaves = "require('node:child_process').spawn('sleep', ['600'], { detached: true, stdio: 'ignore' }).unref()";
    const { verdict } = await runCheck(run(['node', '-e', leaves]));
    assert.equal(verdict, 'pass');
  });

  it('a program that does not end is ended, as the other user that it is', async () => {
    const asked = run(['sleep', '600']);
    const { verdict, summary } = await runCheck({ ...asked, check: { ...asked.check, timeLimitSeconds: 1 } });
    assert.equal(verdict, 'unknown');
    assert.match(summary, /^it did not end within 1 s, /);
  });
});
