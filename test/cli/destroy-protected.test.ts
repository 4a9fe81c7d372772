import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { promisify } from 'node:util';
import { projectRoot } from '../../base/paths';
import { standIns } from './stand-ins';
import { twoEnvironments } from './two-environments';

describe('destroy of a stack whose state protects something', function () {
  this.timeout(600_000);
  let folder: string;
  before(() => (folder = fs.mkdtempSync(path.join(os.tmpdir(), 'sluice-protected-'))));
  after(() => fs.rmSync(folder, { recursive: true }));

  it('takes the protection off before Pulumi is to delete', async () => {
    const env = standIns(folder);
    await twoEnvironments(folder);
    const key = { urn: 'urn:pulumi:staging::sluice::a:b:C::key', type: 'a:b:C', protect: true };
    fs.writeFileSync(
      path.join(folder, 'state-staging'),
      JSON.stringify({ version: 3, deployment: { resources: [key] } }),
    );
    fs.writeFileSync(path.join(folder, 'calls'), '');
    await promisify(execFile)(path.join(projectRoot, 'sluice'), ['destroy', '--yes', 'staging'], { cwd: folder, env });
    const calls = fs.readFileSync(path.join(folder, 'calls'), 'utf8').split('\n');
    assert.deepEqual(
      calls.flatMap((call) => /^pulumi (state unprotect --all --yes --stack staging|destroy)\b/.exec(call)?.[1] ?? []),
      ['state unprotect --all --yes --stack staging', 'destroy'],
    );
  });
});
