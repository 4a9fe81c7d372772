import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';

const root = path.resolve(__dirname, '..', '..');

describe('what the program tells Pulumi', () => {
  it('is nothing that a terminal would obey, also of an error that nobody catches', () => {
    // Without an engine the SDK prints what it would tell it.
    const script = `
      require('./bin/program.cjs');
      const { log } = require('@pulumi/pulumi');
      for (const level of ['info', 'warn', 'error']) log[level](level + '\\u001b[2K\\r\\u202e');`;
    const { stdout, stderr } = spawnSync(process.execPath, ['-e', script], { cwd: root, encoding: 'utf8' });
    assert.equal(stdout, 'info: [runtime] info␛[2K␍\\u202e\n');
    assert.match(stderr, /^warning: \[runtime\] warn␛\[2K␍\\u202e\nerror: \[runtime\] error␛\[2K␍\\u202e\n/);
    // What tells of such errors uses the same functions.
    const teller = fs.readFileSync(require.resolve('@pulumi/pulumi/cmd/run/run.js'), 'utf8');
    assert.match(teller, /const log = __importStar\(require\("..\/..\/log"\)\)[^]*log\.error\(/);
  });
});
