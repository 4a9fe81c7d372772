import { utils } from 'ssh2';

/**
 * A key pair that can be read. One in a few hundred of those that ssh2 makes is malformed, and no test is about that.
 * @param comment of the public key
 */
export function keyPair(comment = 'sluice-test'): { public: string; private: string } {
  for (;;) {
    const keys = utils.generateKeyPairSync('ed25519', { comment });
    if (!(utils.parseKey(keys.private) instanceof Error)) return keys;
  }
}
