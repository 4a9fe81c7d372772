import assert from 'node:assert/strict';
import { keyTrouble, sshTrouble, type SshError, type SshTrouble } from '../../../clients/ssh/words';

describe('what ssh2 says', () => {
  it('is told by a code', () => {
    const said: [SshTrouble, SshError][] = [
      ['no-such-host-key', new Error('Handshake failed: no matching host key format')],
      ['other-host-key', new Error('Host denied (verification failed)')],
      [
        'login-refused',
        Object.assign(new Error('All configured authentication methods failed'), { level: 'client-authentication' }),
      ],
      ['time-out', Object.assign(new Error('Timed out while waiting for handshake'), { level: 'client-timeout' })],
      ['key-unusable', new Error('Cannot parse privateKey: Unsupported key format')],
      ['unknown', new Error('the connection was closed')],
    ];
    for (const [trouble, error] of said) assert.equal(sshTrouble(error), trouble, error.message);
  });

  it('of a key, too', () => {
    const missing = new Error('Encrypted private OpenSSH key detected, but no passphrase given');
    assert.equal(keyTrouble(missing), 'passphrase-missing');
    assert.equal(keyTrouble(new Error('OpenSSH key integrity check failed -- bad passphrase?')), 'passphrase-wrong');
    assert.equal(keyTrouble(new Error('Unsupported key format')), 'no-key');
  });
});
