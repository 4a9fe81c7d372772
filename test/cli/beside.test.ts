import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { isBeside, runBeside } from '../../cli/beside';
import { projectRoot } from '../../base/paths';

describe('a program beside the product', () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'sluice-beside-'));
  const program = (text: string): string => {
    const file = path.join(folder, 'program.cjs');
    fs.writeFileSync(file, text);
    return path.relative(projectRoot, file);
  };
  after(() => fs.rmSync(folder, { recursive: true }));

  it('gets options and words as they were typed, and gives its exit code', async () => {
    const out = path.join(folder, 'out.json');
    const file = program(
      `require('fs').writeFileSync(${JSON.stringify(out)}, JSON.stringify([process.argv.slice(2), process.env.A])); process.exit(3);`,
    );
    const options = { json: true, rate: '20', quiet: false, deployments: undefined };
    assert.equal(await runBeside(file, { options, words: ['edge', '--odd'] }, { A: 'b' }), 3);
    assert.deepEqual(JSON.parse(fs.readFileSync(out, 'utf8')), [['--json', '--rate=20', '--', 'edge', '--odd'], 'b']);
    assert.equal(await runBeside(program("process.kill(process.pid, 'SIGKILL')"), { options: {}, words: [] }), 1);
  });

  it('is waited for when a terminal interrupts both, so that it can take away what it made', async () => {
    const done = path.join(folder, 'done');
    const file = program(
      `let heard = 0;
       const end = () => { require('fs').writeFileSync(${JSON.stringify(done)}, ''); process.exit(10 + heard); };
       process.on('SIGINT', () => ++heard === 1 && setTimeout(end, 300));
       console.log('ready'); setInterval(() => {}, 1000);`,
    );
    const caller = `
      require('./base/loader/typescript.cjs');
      require('./cli/beside').runBeside(${JSON.stringify(file)}, { options: {}, words: [] }).then((code) => process.exit(code));`;
    const child = spawn(process.execPath, ['-e', caller], {
      cwd: projectRoot,
      detached: true,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const ended = new Promise((resolve) => child.on('close', resolve));
    await new Promise((resolve) => child.stdout.once('data', resolve));
    process.kill(-(child.pid ?? 0), 'SIGINT');
    // It has heard of it once: a second one by this verb might find nobody who listens any more.
    assert.equal(await ended, 11);
    assert.ok(fs.existsSync(done));
  });

  it('need not be there', () => {
    assert.ok(isBeside('test/main.cjs'));
    assert.ok(!isBeside('test/nothing.cjs'));
  });
});
