import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { Lines } from '../../base/lines';
import { CommandFailed, run, runStarted } from '../../base/process';
import { processStart } from '../../operations/locks/facts';

const sh = (script: string, options: Parameters<typeof run>[2] = {}) => run('sh', ['-c', script], options);

describe('a command', () => {
  let folder: string;
  beforeEach(() => (folder = fs.mkdtempSync(path.join(os.tmpdir(), 'sluice-process-'))));
  afterEach(() => fs.rmSync(folder, { recursive: true }));

  it('gets its input, folder and environment, and leaves both streams', async () => {
    const options = { input: 'in', cwd: folder, env: { PATH: process.env['PATH'], A: '1' } };
    const { code, stdout, stderr } = await sh('cat; pwd; echo "$A" >&2', options);
    assert.deepEqual([code, stdout, stderr], [0, `in${folder}\n`, '1\n']);
  });

  it('leaves bytes as they are', async () => {
    assert.deepEqual((await sh("printf '\\377\\000'")).bytes, Buffer.from([0xff, 0]));
  });

  it('that fails is an error with its last words, unless that is allowed', async () => {
    await assert.rejects(sh('echo why >&2; exit 3'), (error) => {
      assert.ok(error instanceof CommandFailed);
      assert.match(error.message, /^sh -c .* ended with code 3:\nwhy$/);
      return true;
    });
    assert.equal((await sh('exit 3', { allowFailure: true })).code, 3);
    assert.equal((await runStarted('sh', ['-c', 'exit 3'])).code, 3);
  });

  it('that is not there is told as such', async () => {
    const { code, problem } = await run('no-such-program', [], { allowFailure: true });
    assert.deepEqual([code, problem?.code], [127, 'ENOENT']);
    await assert.rejects(runStarted('no-such-program', []), { code: 'ENOENT' });
  });

  it('is ended when its time is over', async () => {
    const { code, signal } = await sh('exec sleep 30', { timeoutSeconds: 0.2, allowFailure: true });
    assert.deepEqual([code, signal], [124, 'SIGKILL']);
  });

  it('is ended by whoever wants that, with all that it has started', async () => {
    const ending = new AbortController();
    const file = path.join(folder, 'output');
    const script = 'sleep 30 & echo "$!"; wait';
    const running = sh(script, { signal: ending.signal, group: true, outputFile: file, allowFailure: true });
    while (!fs.existsSync(file) || fs.readFileSync(file, 'utf8') === '')
      await new Promise((done) => setTimeout(done, 20));
    ending.abort();
    const { code, signal, stdout } = await running;
    assert.deepEqual([code, signal, stdout], [1, 'SIGKILL', '']);
    const pid = Number(fs.readFileSync(file, 'utf8'));
    // A signal takes its moment; what is gone or only waits to be noticed has no start.
    while (processStart(pid) !== undefined) await new Promise((done) => setTimeout(done, 20));
  });

  it('tells its lines as they come, with the stream', async () => {
    const lines: string[] = [];
    await sh('printf "a\\nb"; printf "c\\n" >&2', { onLine: (line, stream) => lines.push(`${stream} ${line}`) });
    assert.deepEqual(lines.sort(), ['stderr c', 'stdout a', 'stdout b']);
  });

  it('is kept by its end where it prints too much, and whole in its log', async () => {
    const log = path.join(folder, 'log');
    const script = 'i=0; while [ $i -lt 20 ]; do printf "%1000d" $i; sleep 0.01; i=$((i + 1)); done';
    const { stdout } = await sh(script, { keepBytes: 4000, log });
    assert.ok(stdout.length >= 4000 && stdout.length < 20_000 && stdout.endsWith('19'), String(stdout.length));
    assert.ok(fs.statSync(log).size > 20_000);
  });

  it('puts what it prints into a file, which keeps its mode', async () => {
    const file = path.join(folder, 'out');
    fs.writeFileSync(file, 'old', { mode: 0o600 });
    const { stdout, stderr } = await sh('echo new; echo why >&2', { stdoutFile: file });
    assert.deepEqual([stdout, stderr, fs.readFileSync(file, 'utf8')], ['', 'why\n', 'new\n']);
    assert.equal(fs.statSync(file).mode & 0o777, 0o600);
  });
});

describe('lines', () => {
  it('are whole, even when a letter comes in two parts', () => {
    const told: string[] = [];
    const lines = new Lines((line) => told.push(line));
    const text = Buffer.from('ä\nb');
    lines.take(text.subarray(0, 1));
    lines.take(text.subarray(1));
    lines.end();
    assert.deepEqual(told, ['ä', 'b']);
  });
});
