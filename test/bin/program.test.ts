import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { projectRoot } from '../../base/paths';

describe('bin/program.cjs', function () {
  this.timeout(30_000);

  it('ends when nobody hears what it says, as after a kill of the engine', async () => {
    // As the SDK does: what can't be told is told as well.
    const code = `
      process.on('uncaughtException', (error) => setImmediate(() => console.warn(error.message)));
      require('./bin/program.cjs');
      setInterval(() => console.warn('still here'), 20);`;
    const child = spawn(process.execPath, ['-e', code], { cwd: projectRoot, stdio: ['ignore', 'ignore', 'pipe'] });
    const ended = once(child, 'exit');
    const given = setTimeout(() => child.kill('SIGKILL'), 15_000);
    await once(child.stderr, 'data');
    child.stderr.destroy();
    const [exitCode] = (await ended) as [number | null];
    clearTimeout(given);
    assert.equal(exitCode, 1, 'it did not end by itself');
  });
});
