import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { promisify } from 'node:util';
import { utils } from 'ssh2';
import { dockerHost, sshOptions } from '../../../clients/docker/docker-over-ssh';
import { startSshAgent, type SshAgent } from '../../../clients/ssh/ssh-agent';
import type { UserError } from '../../../base/errors';
import { projectRoot } from '../../../base/paths';
import { which } from '../../../base/process';
import { assertTold } from '../../errors/told';
import { keyPair } from './ssh-keys';
import { startSshServer, type SshServer } from './ssh-server';

const exec = promisify(execFile);
const hasClient = which('ssh') !== undefined && which('ssh-add') !== undefined;

describe('an SSH agent of this process', () => {
  let agent: SshAgent | undefined;
  afterEach(async () => {
    await agent?.stop();
    agent = undefined;
  });

  it('has a socket that only this user reaches, and that goes with it', async () => {
    agent = await startSshAgent(keyPair().private, 'deploy@shop');
    const folder = path.dirname(agent.socket);
    assert.equal(fs.statSync(folder).mode & 0o777, 0o700);
    await agent.stop();
    assert.ok(!fs.existsSync(folder));
  });

  it('takes no text that is no private key, and no key with a passphrase', async () => {
    const locked = utils.generateKeyPairSync('ed25519', { passphrase: 'open', cipher: 'aes256-ctr', rounds: 1 });
    for (const text of ['no key', keyPair().public, locked.private]) {
      await assert.rejects(startSshAgent(text, 'deploy@shop'), (error: UserError) => {
        assertTold('sshKeyUnusable', error);
        return true;
      });
    }
  });

  it('keeps no process alive, and goes with it', async () => {
    const program = `require('./clients/ssh/ssh-agent').startSshAgent(process.env.KEY, 'x').then(({ socket }) => console.log(socket));`;
    const { stdout } = await exec('node', ['-r', 'ts-node/register/transpile-only', '-e', program], {
      cwd: projectRoot,
      env: { ...process.env, KEY: keyPair().private },
    });
    assert.match(stdout, /agent\n$/);
    assert.ok(!fs.existsSync(path.dirname(stdout.trim())));
  });

  (hasClient ? describe : describe.skip)(
    `asked by OpenSSH${hasClient ? '' : " (can't run: no ssh client here)"}`,
    () => {
      let server: SshServer;
      let home: string;
      before(async () => {
        server = await startSshServer();
        home = fs.mkdtempSync(path.join(os.tmpdir(), 'sluice-home-'));
      });
      after(async () => {
        await server.stop();
        fs.rmSync(home, { recursive: true });
      });
      const withAgent = (socket: string) => ({ env: { PATH: process.env['PATH'], HOME: home, SSH_AUTH_SOCK: socket } });
      const logIn = (socket: string, hostKey = server.place.hostKey) => {
        const { host, port, user } = server.place;
        const options = sshOptions({ ...server.place, hostKey });
        return exec('ssh', [...options, '-l', user, '-p', String(port), '--', host, 'echo in'], withAgent(socket));
      };

      it('lets a program log in', async () => {
        agent = await startSshAgent(server.privateKey, 'deploy@shop');
        assert.equal((await logIn(agent.socket)).stdout, 'in\n');
        const both = await Promise.all([logIn(agent.socket), logIn(agent.socket)]);
        assert.deepEqual(
          both.map(({ stdout }) => stdout),
          ['in\n', 'in\n'],
        );
      });

      it('logs in nowhere with another key, and with its own at no other machine', async () => {
        const other = await startSshAgent(keyPair().private, 'deploy@shop');
        try {
          await assert.rejects(logIn(other.socket), /Permission denied/);
        } finally {
          await other.stop();
        }
        agent = await startSshAgent(server.privateKey, 'deploy@shop');
        await assert.rejects(logIn(agent.socket, keyPair().public.trim()), /Host key verification failed/);
      });

      for (const type of ['ed25519', 'ecdsa', 'rsa'] as const) {
        it(`signs with ${type}`, async () => {
          const options = { ed25519: {}, ecdsa: { bits: 521 }, rsa: { bits: 2048 } }[type];
          const pair = utils.generateKeyPairSync(type as 'rsa', options as { bits: number });
          agent = await startSshAgent(pair.private, 'deploy@shop');
          const key = path.join(home, `${type}.pub`);
          fs.writeFileSync(key, `${pair.public}\n`);
          const { stdout } = await exec('ssh-add', ['-L'], withAgent(agent.socket));
          assert.equal(stdout.split(' ')[1]?.trim(), pair.public.split(' ')[1]);
          // Signs, and compares with the public key.
          await exec('ssh-add', ['-T', key], withAgent(agent.socket));
        });
      }
    },
  );

  it('is named to Docker’s clients by an address that holds neither key nor file', () => {
    const machine = { host: 'shop.example.com', port: 2222, user: 'deploy', hostKey: 'ssh-ed25519 AAAA ann@shop' };
    assert.equal(dockerHost(machine), 'ssh://deploy@shop.example.com:2222');
    assert.equal(dockerHost({ ...machine, host: '2001:db8::1', port: 22 }), 'ssh://deploy@[2001:db8::1]:22');
    const options = sshOptions(machine).filter((_, index) => index % 2 === 1);
    assert.ok(options.includes('KnownHostsCommand=/bin/echo %H ssh-ed25519 AAAA'));
    assert.deepEqual(
      options.filter((option) => option.includes('IdentityFile')),
      [],
    );
  });
});
