/** What the library says in words only. Where it has a `level` or a `code`, these tell more. Seen with ssh2 1.17.0. */

/** Why a connection did not come to be, for programs. */
export type SshTrouble =
  /** The machine has no host key of the kind that was asked for. */
  | 'no-such-host-key'
  /** It has shown another one. */
  | 'other-host-key'
  /** The login is refused. */
  | 'login-refused'
  /** The private key is none. */
  | 'key-unusable'
  /** It did not answer in time. */
  | 'time-out'
  | 'unknown';

/** An error of the library. */
export type SshError = Error & { level?: string; code?: string };

/** What an error of the library means. */
export function sshTrouble({ level, message }: SshError): SshTrouble {
  if (level === 'client-authentication') return 'login-refused';
  if (level === 'client-timeout') return 'time-out';
  if (/no matching host key format/i.test(message)) return 'no-such-host-key';
  if (/verification failed/i.test(message)) return 'other-host-key';
  return /privateKey|private (OpenSSH )?key|key format/i.test(message) ? 'key-unusable' : 'unknown';
}

/** Why a text is no key that can be used. */
export function keyTrouble({ message }: Error): 'passphrase-missing' | 'passphrase-wrong' | 'no-key' {
  if (/no passphrase/i.test(message)) return 'passphrase-missing';
  return /passphrase|decrypt|integrity/i.test(message) ? 'passphrase-wrong' : 'no-key';
}
