import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import * as path from 'node:path';
import { projectRoot } from '../../../base/paths';
import { ssh, sshBytes } from '../../../clients/ssh/ssh';
import { startSshHost, type SshHost } from '../../ssh-host';

describe('a machine that is reached by SSH', function () {
  this.timeout(120_000);
  let host: SshHost;
  before(async () => {
    host = await startSshHost({ name: 'ssh' });
  });
  after(() => host.stop());

  it('lets in by password, by key, and by a key before the password', async () => {
    for (const login of [
      { password: host.password },
      { privateKey: host.privateKey },
      { privateKey: host.privateKey, password: 'wrong' },
    ]) {
      const { code, stdout } = await ssh({ ...host.place, ...login }, 'id -un');
      assert.deepEqual({ code, stdout }, { code: 0, stdout: 'deploy\n' });
    }
  });

  it('gives the command its input, and its exit code and both outputs back', async () => {
    const result = await ssh({ ...host.place, password: host.password }, 'cat; echo oh >&2; exit 7', { input: 'a\nb' });
    assert.deepEqual(result, { code: 7, stdout: 'a\nb', stderr: 'oh\n' });
  });

  it('keeps bytes as they are', async () => {
    const { stdout } = await sshBytes({ ...host.place, password: host.password }, "printf '\\377\\000\\376'");
    assert.deepEqual([...stdout], [255, 0, 254]);
  });

  it('tells how each of many commands has ended, more of them at once than a server takes', async () => {
    const wanted = Array.from({ length: 25 }, (_, index) => index);
    const codes = await Promise.all(
      wanted.map(
        async (code) => (await ssh({ ...host.place, password: host.password }, `sleep 0.1; exit ${code}`)).code,
      ),
    );
    assert.deepEqual(codes, wanted);
  });

  it('ends what lasts too long with 124', async () => {
    const { code } = await ssh({ ...host.place, password: host.password }, 'sleep 30', { timeoutSeconds: 0.5 });
    assert.equal(code, 124);
  });

  it('keeps no process alive once its commands have ended', async () => {
    const program = `
      const { ssh } = require('./clients/ssh/ssh');
      let text = '';
      process.stdin.on('data', (chunk) => (text += chunk)).on('end', async () => {
        console.log((await ssh(JSON.parse(text), 'echo done')).stdout);
      });`;
    const child = spawn(process.execPath, ['-r', 'ts-node/register/transpile-only', '-e', program], {
      cwd: path.resolve(projectRoot),
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    child.stdin.end(JSON.stringify({ ...host.place, password: host.password }));
    let printed = '';
    child.stdout.on('data', (chunk: Buffer) => (printed += chunk.toString()));
    // Mocha's own limit ends a process that would stay.
    after(() => void child.kill());
    const code = await new Promise((resolve) => child.on('close', resolve));
    assert.deepEqual({ code, printed }, { code: 0, printed: 'done\n\n' });
  });
});
