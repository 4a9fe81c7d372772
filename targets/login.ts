import type { SshConnection } from '../clients/ssh/ssh';

/** Config keys with a login to a machine: of an environment to its own, of the platform to its store's. */
export type LoginKey = 'sshPassword' | 'sshPrivateKey';

/** The login that config keys say; empty: none. */
export function loginOf({
  sshPrivateKey,
  sshPassword,
}: Readonly<Record<LoginKey, string>>): Pick<SshConnection, 'password' | 'privateKey'> {
  return {
    ...(sshPrivateKey === '' ? {} : { privateKey: `${sshPrivateKey.trim()}\n` }),
    ...(sshPassword === '' ? {} : { password: sshPassword }),
  };
}
