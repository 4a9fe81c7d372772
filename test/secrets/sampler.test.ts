import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { sampleProcesses } from './sampling';

describe('the sampler of command lines', () => {
  let folder: string;
  before(() => (folder = fs.mkdtempSync(path.join(os.tmpdir(), 'sluice-sampler-'))));
  after(() => fs.rmSync(folder, { recursive: true, force: true }));

  it('writes down a program that runs for a moment, and ends when it is told to', async function () {
    const file = path.join(folder, 'processes');
    const sampling = sampleProcesses(file);
    if (sampling === undefined) {
      this.test!.title += ' (not tried: this machine has no /proc)';
      return this.skip();
    }
    while (!fs.existsSync(file)) await new Promise((resolve) => setTimeout(resolve, 20));
    spawnSync('sh', ['-c', 'sleep 0.5', 'planted-4dabf18193']);
    await sampling.stop();
    assert.match(fs.readFileSync(file, 'utf8'), /^sh -c sleep 0.5 planted-4dabf18193$/m);
  });
});
