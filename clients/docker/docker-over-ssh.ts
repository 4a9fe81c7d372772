import type { SshConnection } from '../ssh/ssh';

/** A machine whose engine Docker's clients reach through the `ssh` program. */
type Machine = Pick<SshConnection, 'host' | 'port' | 'user' | 'hostKey'>;

/** What Docker's clients take for the engine of a machine: `ssh://deploy@shop.example.com:22`. */
export function dockerHost({ host, port, user }: Machine): string {
  return `ssh://${user}@${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/** Whether an engine's address is one of another machine's, by SSH. */
export function isOverSsh(address: string): boolean {
  return address.startsWith('ssh://');
}

/**
 * The machine of which these were told; undefined where they are not ours.
 * @param host as {@link dockerHost} gives it
 * @param options as {@link sshOptions} gives them, or their JSON text, as a state has them
 */
export function machineAt(host: string, options: unknown): Machine | undefined {
  const [, user, bracketed, plain, port] = /^ssh:\/\/([^@/]+)@(?:\[([^\]]+)\]|([^:/]+)):(\d+)$/.exec(host) ?? [];
  const name = bracketed ?? plain;
  const text = typeof options === 'string' ? options : JSON.stringify(options ?? []);
  const hostKey = /KnownHostsCommand=\/bin\/echo %H ([\w@.-]+ [\w+/=]+)/.exec(text)?.[1];
  if (user === undefined || name === undefined || hostKey === undefined) return undefined;
  return { host: name, port: Number(port), user, hostKey };
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
