import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { createArguments, readVerdict, runCheck, type CheckRun } from '../../checks/container';
import { archiveOf, filesIn } from '../../targets/evidence-files';
import { unknownVerdict, type CheckVerdict } from '../../checks/protocol';
import { UserError } from '../../base/errors';
import { readEvidence } from '../../targets/evidence';
import { storeHome } from '../targets/store-home';
import { cleanUp, temporaryFolder } from './fixtures';

const settings = { service: 'discounts', path: '/health' };
const run: CheckRun = {
  check: {
    name: 'health',
    type: 'http',
    environment: 'staging',
    candidate: { discounts: 'sha256:ab' },
    urls: { discounts: 'http://discounts' },
    settings,
    timeLimitSeconds: 30,
  },
  image: 'sluice/tools:1',
  network: 'sluice-staging',
  instance: 'sluice',
  evidencePath: 'production/ab/1/health',
  log: () => undefined,
};

const verdict: CheckVerdict = { ...unknownVerdict('2 steps passed', new Date(0)), verdict: 'pass', files: ['a.png'] };

describe('container of a check', () => {
  it('is made with a label of its run, limits, and no rights but to start and end what runs as another user', () => {
    assert.deepEqual(createArguments('sluice-check-1', run), [
      'create',
      '--interactive',
      '--name',
      'sluice-check-1',
      '--label',
      'sluice.instance=sluice',
      '--label',
      'sluice.stack=staging',
      '--label',
      'sluice.role=check',
      '--label',
      'sluice.check=health',
      '--label',
      'sluice.run=sluice-check-1',
      '--network',
      'sluice-staging',
      ...['--user', '0:0'],
      '--env',
      'HOME=/tmp',
      ...['--cap-drop', 'ALL', '--cap-add', 'SETUID', '--cap-add', 'SETGID', '--cap-add', 'KILL'],
      '--security-opt',
      'no-new-privileges',
      '--memory',
      '1g',
      '--memory-swap',
      '1g',
      '--shm-size',
      '256m',
      '--pids-limit',
      '512',
      '--init',
      ...['--cpu-shares', '1024', '--ulimit', 'core=0', '--ulimit', 'nofile=16384', '--read-only', '--volume', '/tmp'],
      '--restart',
      'no',
      '--entrypoint',
      'node',
      'sluice/tools:1',
      '/sluice/program/checks/main.cjs',
      ...['--child-user', '1000:1000'],
    ]);
  });

  const read = (stdout: string, code: number, stderr = '') => readVerdict({ stdout, stderr, code }, 60, new Date(0));
  const line = `${JSON.stringify(verdict)}\n`;

  it('says what its line says, when the exit code agrees', () => {
    assert.deepEqual(read(line, 0), verdict);
  });

  const unclear: [string, string, number, string, string][] = [
    ['the exit code disagrees', line, 1, '', 'its verdict was pass, but its exit code 1'],
    [
      'somebody else wrote before it',
      `noise\n${line}`,
      0,
      '',
      'its container said 2 lines, and a verdict is one: exit code 0',
    ],
    [
      'somebody else wrote after it',
      `${line}noise`,
      0,
      '',
      'its container said 2 lines, and a verdict is one: exit code 0',
    ],
    ['it said two verdicts', `${line}${line}`, 0, '', 'its container said 2 lines, and a verdict is one: exit code 0'],
    ['it said nothing', '', 0, '', 'its container gave no verdict: exit code 0'],
    ['it said something else', 'pass\n', 0, '', 'its container gave no verdict: exit code 0'],
    ['it was killed for memory', '', 137, 'a\nKilled\n', 'its container gave no verdict: exit code 137, Killed'],
    ['it took too long', line, 124, '', 'its container did not end within 60 s and was killed'],
  ];
  for (const [name, stdout, code, stderr, summary] of unclear) {
    it(`could not tell when ${name}`, () => {
      const said = read(stdout, code, stderr);
      assert.deepEqual([said.verdict, said.summary], ['unknown', summary]);
    });
  }
});

describe('evidence of a container', () => {
  it('is an archive owned by root and readable by all, and comes back the same', async () => {
    const files = [
      { name: 'a.png', content: Buffer.from('png') },
      { name: 'sub/b.txt', content: Buffer.from('') },
    ];
    assert.deepEqual(await filesIn(await archiveOf(files, 'evidence')), files);
  });

  it('leaves out what would lead elsewhere', async () => {
    const archive = await archiveOf([{ name: '../../etc/passwd', content: Buffer.from('x') }], 'evidence');
    assert.deepEqual(await filesIn(archive), []);
  });
});

describe('run of a check in a container, with a docker client that is none', () => {
  const home = storeHome();
  let before: string | undefined;
  let folder: string;
  let log: string;

  /** A `docker` that writes down how it was called and answers as it is told. */
  async function fakeDocker(answers: { create?: string; start?: string; evidence?: 'none' }): Promise<void> {
    folder = temporaryFolder();
    log = path.join(folder, 'log');
    fs.writeFileSync(log, '');
    fs.writeFileSync(
      path.join(folder, 'evidence.tar'),
      await archiveOf([{ name: 'a.png', content: Buffer.from('png') }], 'evidence'),
    );
    const script = [
      '#!/bin/sh',
      `echo "$*" >> ${log}`,
      'case "$1" in',
      `create) ${answers.create ?? 'true'} ;;`,
      `start) cat > ${folder}/request; ${answers.start ?? `echo '${JSON.stringify(verdict)}'`} ;;`,
      'cp)',
      answers.evidence === 'none' ? '  echo "no such folder" >&2; exit 1 ;;' : `  cat ${folder}/evidence.tar ;;`,
      'esac',
    ];
    fs.writeFileSync(path.join(folder, 'docker'), script.join('\n') + '\n', { mode: 0o755 });
    process.env['PATH'] = `${folder}${path.delimiter}${before ?? ''}`;
  }

  beforeEach(() => (before = process.env['PATH']));
  afterEach(() => {
    process.env['PATH'] = before;
    cleanUp();
  });
  const calls = () => fs.readFileSync(log, 'utf8').trimEnd().split('\n');

  it('makes, starts, copies out, keeps in ledger and folder, removes', async () => {
    await fakeDocker({});
    const localFolder = path.join(folder, 'local');
    assert.deepEqual(await runCheck({ ...run, ledger: home.place('production'), localFolder }), verdict);
    const name = /--name (sluice-check-[0-9a-f]{12}) /.exec(calls()[0] ?? '')?.[1] ?? '';
    assert.deepEqual(calls(), [
      createArguments(name, run).join(' '),
      `start --attach --interactive ${name}`,
      `cp ${name}:/tmp/evidence -`,
      `rm --force --volumes ${name}`,
    ]);
    assert.deepEqual(JSON.parse(fs.readFileSync(path.join(folder, 'request'), 'utf8')), {
      ...run.check,
      evidence: '/tmp/evidence',
    });
    assert.equal(fs.readFileSync(path.join(localFolder, 'a.png'), 'utf8'), 'png');
    assert.deepEqual(
      (await readEvidence(home.place('production'), '')).map((file) => file.name),
      ['production/ab/1/health/a.png'],
    );
  });

  it('gives secrets on standard input alone, and takes them out of what comes back', async () => {
    const secrets = { datadogApiKey: 'k3y-of-api', datadogAppKey: 'k3y-of-app' };
    const told = { ...verdict, summary: 'the key k3y-of-api was refused' };
    await fakeDocker({ start: `echo '${JSON.stringify(told)}'` });
    fs.writeFileSync(
      path.join(folder, 'evidence.tar'),
      await archiveOf([{ name: 'check.log', content: Buffer.from('with k3y-of-app') }], 'evidence'),
    );
    const localFolder = path.join(folder, 'local');
    const settings = { publicIds: ['abc-def-ghi'], tunnel: true };
    const check = { ...run.check, type: 'datadog' as const, settings };
    const said = await runCheck({
      ...run,
      check,
      secrets: { ...secrets, other: 'x' },
      ledger: home.place('production'),
      localFolder,
    });
    assert.equal(said.summary, 'the key (hidden) was refused');
    assert.equal(fs.readFileSync(path.join(localFolder, 'check.log'), 'utf8'), 'with (hidden)');
    const [kept] = await readEvidence(home.place('production'), run.evidencePath);
    assert.equal(kept?.content.toString(), 'with (hidden)');
    const request = JSON.parse(fs.readFileSync(path.join(folder, 'request'), 'utf8')) as { secrets: unknown };
    assert.deepEqual(request.secrets, secrets);
    assert.doesNotMatch(calls().join('\n'), /k3y/);
  });

  it('gives no secret to a check whose type names none', async () => {
    await fakeDocker({});
    await runCheck({ ...run, secrets: { datadogApiKey: 'k3y' } });
    assert.doesNotMatch(fs.readFileSync(path.join(folder, 'request'), 'utf8'), /k3y|secrets/);
  });

  it('has another name each time', async () => {
    await fakeDocker({});
    await runCheck(run);
    await runCheck(run);
    const names = calls().flatMap((call) => /--name (\S+)/.exec(call)?.[1] ?? []);
    assert.equal(new Set(names).size, 2);
  });

  it('could not tell, and removes the container, when it can not be made', async () => {
    await fakeDocker({ create: 'echo "network sluice-staging not found" >&2; exit 1' });
    const said = await runCheck(run);
    assert.equal(said.verdict, 'unknown');
    assert.match(said.summary, /^the check's container: docker create .*network sluice-staging not found/);
    assert.match(calls().at(-1) ?? '', /^rm --force /);
  });

  it('is no pass when the evidence is lost', async () => {
    await fakeDocker({ evidence: 'none' });
    const said = await runCheck(run);
    assert.deepEqual([said.verdict, said.summary], ['unknown', 'its evidence could not be kept: no such folder']);
  });

  it('stays a failure when the evidence is lost, and says so', async () => {
    await fakeDocker({ start: `echo '${JSON.stringify({ ...verdict, verdict: 'fail' })}'; exit 1` });
    // A file is where the store's folder would be.
    fs.writeFileSync(home.store.place, '');
    const said = await runCheck({ ...run, ledger: home.place('production') });
    assert.equal(said.verdict, 'fail');
    assert.match(said.summary, /^2 steps passed \(its evidence could not be kept: /);
  });

  it('refuses a wrong request before anything is made', async () => {
    await fakeDocker({});
    await assert.rejects(runCheck({ ...run, check: { ...run.check, settings: {} } }), UserError);
    assert.equal(fs.readFileSync(log, 'utf8'), '');
  });
});
