import type { SshConnection } from './ssh';

/** A machine whose engine Docker's clients reach through the `ssh` program. */
type Machine = Pick<SshConnection, 'host' | 'port' | 'user' | 'hostKey'>;

/** What Docker's clients take for the engine of a machine: `ssh://deploy@shop.example.com:22`. */
export function dockerHost({ host, port, user }: Machine): string {
  return `ssh://${user}@${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/**
 * Options for `ssh` by which it speaks to the machine with this host key and to no other, and asks nobody anything. They name no file of
 * this machine: they stand in a stack's state, and are the same wherever it is updated from. Which key it logs in with, an agent
 * knows (SSH_AUTH_SOCK).
 */
export function sshOptions({ hostKey }: Machine): string[] {
  const [type = '', key = ''] = hostKey.split(' ');
  const options = [
    'BatchMode=yes',
    'StrictHostKeyChecking=yes',
    `HostKeyAlgorithms=${type}`,
    `KnownHostsCommand=/bin/echo %H ${type} ${key}`,
    'UserKnownHostsFile=/dev/null',
    'GlobalKnownHostsFile=/dev/null',
  ];
  return options.flatMap((option) => ['-o', option]);
}
