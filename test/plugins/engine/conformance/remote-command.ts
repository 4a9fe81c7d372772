import { secret } from '../../../../toolchain/plugins/serving/values';
import type { Subject } from './row';

/** A machine with a real OpenSSH server; words that begin with `ssh` are its. */
const connection = { host: '127.0.0.1', port: '$sshPort', user: 'deploy', password: '$sshPassword', dialErrorLimit: 0 };
const byKey = { ...connection, password: 'wrong', privateKey: '$sshPrivateKey' };

export const remoteCommand: Subject = {
  plugin: 'command',
  type: 'command:remote:Command',
  inputs: { connection },
  deleteFirst: 'never',
  replaceOnChanges: ['triggers'],
  base: { create: 'echo made', triggers: ['a', { deep: [1] }], environment: { SLUICE_TEST_A: '1' } },
  changes: [
    ['create', 'echo other', 'update'],
    ['create', undefined, 'update'],
    ['update', 'echo update', 'update'],
    ['delete', 'echo delete', 'update'],
    ['stdin', 'x', 'update'],
    ['environment', { SLUICE_TEST_A: '2' }, 'update'],
    ['environment', undefined, 'update'],
    ['logging', 'none', 'update'],
    ['addPreviousOutputInEnv', false, 'update'],
    ['connection', byKey, 'update'],
    ['connection', { ...connection, hostKey: '$sshHostKey' }, 'update'],
    ['connection', { ...connection, perDialTimeout: 15 }, 'nothing'],
    ['triggers', undefined, 'replace'],
    ['triggers', ['a', { deep: [2] }], 'replace'],
    ['triggers', ['a', { deep: [1] }, 'b'], 'replace'],
    ['triggers', ['a', { deep: [1] }], 'nothing'],
  ],
  drifts: [
    {
      what: 'nothing that it did is looked at again',
      inputs: { create: 'echo made' },
      happens: [],
      reads: { stdout: 'made', stderr: '' },
      then: { outcome: 'nothing' },
    },
    {
      what: 'the password',
      inputs: { create: 'id -un' },
      happens: [],
      reads: { stdout: 'deploy' },
    },
    {
      what: 'a key goes before the password',
      inputs: { connection: byKey, create: 'id -un' },
      happens: [],
      reads: { stdout: 'deploy' },
    },
    {
      what: 'the host key is the right one',
      inputs: { connection: { ...connection, hostKey: '$sshHostKey' }, create: 'id -un' },
      happens: [],
      reads: { stdout: 'deploy' },
    },
    {
      what: 'standard input, and both outputs without one newline at the end',
      inputs: { create: 'cat; printf "c\\n\\n" >&2', stdin: 'a\nb\n' },
      happens: [],
      reads: { stdout: 'a\nb', stderr: 'c\n' },
    },
    {
      what: 'variables that the server takes',
      inputs: {
        create: 'echo "$SLUICE_TEST_A $SLUICE_TEST_B"',
        environment: { SLUICE_TEST_A: '1', SLUICE_TEST_B: 'b c' },
      },
      happens: [],
      reads: { stdout: '1 b c' },
    },
    {
      what: 'a shell’s own syntax',
      inputs: { create: 'for i in 1 2; do printf %s "$i"; done' },
      happens: [],
      reads: { stdout: '12' },
    },
  ],
  secrets: [
    { what: 'the connection, whatever the program says', inputs: { create: 'echo a' }, secret: ['connection'] },
    {
      what: 'standard input, not what is printed',
      inputs: { create: 'cat', stdin: secret('x') },
      secret: ['connection', 'stdin'],
    },
    {
      what: 'a variable, not what is printed',
      inputs: { create: 'echo a', environment: { SLUICE_TEST_A: secret('x') } },
      secret: ['connection', 'environment'],
    },
  ],
  errors: [
    {
      what: 'a command that fails: all that it printed',
      inputs: { create: 'echo printed; echo complained >&2; exit 3' },
      fails: 'create',
      says: /Process exited with status 3: running "echo printed[^]*printed[^]*complained/,
    },
    {
      what: 'a command that there is not',
      inputs: { create: 'no-such-command' },
      fails: 'create',
      says: /Process exited with status 127[^]*not found/,
    },
    {
      what: 'a command that is killed',
      inputs: { create: 'kill -9 $$' },
      fails: 'create',
      says: /Process exited with status 137 from signal KILL/,
    },
    {
      what: 'another host key',
      inputs: { connection: { ...connection, hostKey: '$sshOtherKey' }, create: 'true' },
      fails: 'create',
      says: /after 0 failed attempts: ssh: handshake failed: ssh: host key mismatch/,
    },
    {
      what: 'a kind of host key that the machine does not show',
      inputs: { connection: { ...connection, hostKey: '$sshRsaKey' }, create: 'true' },
      fails: 'create',
      says: /no common algorithm for host key/,
    },
    {
      what: 'a host key that is none',
      inputs: { connection: { ...connection, hostKey: 'nonsense' }, create: 'true' },
      fails: 'create',
      says: /failed to parse host key: ssh: no key found/,
    },
    {
      what: 'a wrong password',
      inputs: { connection: { ...connection, password: 'wrong' }, create: 'true' },
      fails: 'create',
      says: /ssh: handshake failed: ssh: unable to authenticate, attempted methods \[none password/,
    },
    {
      what: 'a private key that is none',
      inputs: { connection: { ...connection, privateKey: 'nonsense' }, create: 'true' },
      fails: 'create',
      says: /ssh: no key found/,
    },
    {
      what: 'nobody who listens, as often as it is asked for',
      inputs: { connection: { ...connection, port: 1, dialErrorLimit: 1 }, create: 'true' },
      fails: 'create',
      says: /after 1 failed attempts: dial tcp 127\.0\.0\.1:1: connect: connection refused/,
    },
    {
      what: 'a variable that the server does not take',
      inputs: { create: 'true', environment: { OTHER: '1' } },
      fails: 'create',
      says: /could not set environment variable "OTHER": ssh: setenv failed/,
    },
    { what: 'no connection', inputs: { connection: undefined as never }, fails: 'check', says: /connection/ },
    { what: 'no host', inputs: { connection: { user: 'deploy' } }, fails: 'check', says: /host/ },
    { what: 'a list for text', inputs: { create: ['true'] }, fails: 'check', says: /create/ },
  ],
};
