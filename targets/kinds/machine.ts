import { z } from 'zod';
import type { SshConnection } from '../../clients/ssh/ssh';
import { loginOf } from '../login';
import type { HomeQuestion } from './kind';

/** How a machine is reached by SSH, as `sluice:target` says it. */
export const machine = {
  host: z.string().regex(/^[A-Za-z0-9]([A-Za-z0-9.:-]*[A-Za-z0-9])?$/, 'must be a host name or an IP address'),
  port: z.int().min(1).max(65535).default(22),
  user: z.string().regex(/^[A-Za-z_][A-Za-z0-9_.-]*$/, 'must be the name of an account'),
  /** What nobody else can show: with it, only the right machine is given the password. */
  hostKey: z
    .string()
    .trim()
    .regex(
      /^(ssh-ed25519|ecdsa-sha2-nistp(256|384|521)) [A-Za-z0-9+/]{60,}={0,2}( .*)?$/,
      'must be the machine\'s public key as its /etc/ssh/ssh_host_ed25519_key.pub has it, "ssh-ed25519 AAAA…"',
    ),
};

type Machine = Pick<SshConnection, 'host' | 'port' | 'user' | 'hostKey'>;

/** The connection to it. */
export function connectionTo({ host, port, user, hostKey }: Machine, { logins }: HomeQuestion): SshConnection {
  return { host, port, user, hostKey, ...loginOf(logins) };
}

/** Its name by the way to it. */
export function machineName({ host, port }: Pick<Machine, 'host' | 'port'>): string {
  return `${host}:${port}`;
}
