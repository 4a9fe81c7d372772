import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { plainSecrets } from '../../../operations/pulumi/secrets';
import { encrypted } from '../../../config/stack-file';

/** With a `pulumi` that writes down how it was called. */
describe('plain texts of secret config', () => {
  let folder: string;
  const before = { ...process.env };
  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'sluice-secrets-'));
    const script = `#!/bin/sh\necho "$*" >> ${folder}/log\necho s3cret\n`;
    fs.writeFileSync(path.join(folder, 'pulumi'), script, { mode: 0o755 });
    process.env['PATH'] = `${folder}${path.delimiter}${before['PATH'] ?? ''}`;
    process.env['SLUICE_HOME'] = path.join(folder, 'home');
  });
  afterEach(() => {
    process.env['PATH'] = before['PATH'];
    if (before['SLUICE_HOME'] === undefined) delete process.env['SLUICE_HOME'];
    else process.env['SLUICE_HOME'] = before['SLUICE_HOME'];
    fs.rmSync(folder, { recursive: true });
  });
  const calls = () =>
    fs.existsSync(`${folder}/log`) ? fs.readFileSync(`${folder}/log`, 'utf8').trim().split('\n') : [];

  it('are asked of Pulumi where they stand encrypted, and else as they were read', async () => {
    const secrets = await plainSecrets('production', { datadogApiKey: encrypted, datadogAppKey: 'of a variable' });
    assert.deepEqual(secrets, { datadogApiKey: 's3cret', datadogAppKey: 'of a variable' });
    assert.deepEqual(calls(), ['config get sluice:datadogApiKey --stack production --non-interactive']);
  });

  it('are asked for by nobody who needs none', async () => {
    assert.equal(await plainSecrets('production', undefined), undefined);
    assert.deepEqual(calls(), []);
  });
});
