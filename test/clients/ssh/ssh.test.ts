import assert from 'node:assert/strict';
import { utils } from 'ssh2';
import { fingerprint, publicKey, ssh, type SshConnection } from '../../../clients/ssh/ssh';
import { UserError } from '../../../base/errors';
import type { SituationName } from '../../errors/table';
import { assertTold } from '../../errors/told';
import { keyPair } from './ssh-keys';
import { startSshServer, type SshServer } from './ssh-server';

describe('ssh', () => {
  let server: SshServer;
  before(async () => {
    server = await startSshServer();
  });
  after(() => server.stop());

  /** What is told of a login in which something is wrong. */
  async function told(name: SituationName, change: Partial<SshConnection>): Promise<UserError> {
    const connection = { ...server.place, password: server.password, ...change };
    try {
      await ssh(connection, 'true');
    } catch (error) {
      assert.ok(error instanceof UserError, String(error));
      assertTold(name, error);
      return error;
    }
    throw new Error(`${name}: it was let in`);
  }

  it('runs a command with a password and with a key, and brings input, output and code', async () => {
    for (const login of [{ password: server.password }, { privateKey: server.privateKey }]) {
      const result = await ssh({ ...server.place, ...login }, 'cat; echo problem >&2; exit 3', { input: 'text' });
      assert.deepEqual(result, { stdout: 'text', stderr: 'problem\n', code: 3 });
    }
  });

  it('says where nobody answers', async () => {
    const other = await startSshServer();
    await other.stop();
    const error = await told('sshAway', { port: other.place.port });
    assert.match(error.message, /^127\.0\.0\.1:\d+ can't be reached by SSH: ECONNREFUSED$/);
  });

  it('gives its password to no machine with another key, and shows both keys', async () => {
    const { public: other } = keyPair();
    const error = await told('sshOtherKey', { hostKey: other });
    for (const key of [server.place.hostKey, other]) {
      assert.ok(error.message.includes(fingerprint(publicKey(key).key)), error.message);
    }
    const { public: kind } = utils.generateKeyPairSync('ecdsa', { bits: 256 });
    assert.match((await told('sshOtherKey', { hostKey: kind })).message, /shows no ecdsa-sha2-nistp256 key, but/);
  });

  it('says which login was refused, and not what it was', async () => {
    const wrong = await told('sshRefused', { password: 'wrong horse' });
    assert.equal(wrong.message, `127.0.0.1:${server.place.port} does not let deploy in with this password`);
    await told('sshRefused', { user: 'root' });
    const { private: privateKey } = keyPair();
    await assert.rejects(ssh({ ...server.place, privateKey }, 'true'), (error: UserError) => {
      assertTold('sshRefused', error);
      return error.message.endsWith('with this key');
    });
  });

  it('says what is wrong with a private key', async () => {
    const { private: locked } = utils.generateKeyPairSync('ed25519', {
      passphrase: 'a passphrase',
      cipher: 'aes256-ctr',
      rounds: 1,
    });
    for (const privateKey of [locked, server.privateKey.slice(0, 200), '/builds/shop.tmp/SSH_PRIVATE_KEY\n']) {
      const error = await told('sshKeyUnusable', { privateKey });
      assert.ok(!`${error}`.includes(privateKey.slice(5)));
    }
  });

  it('says of a host key that it is none', async () => {
    await told('sshHostKeyUnreadable', { hostKey: `ssh-ed25519 ${'A'.repeat(68)}` });
  });
});
