import { setTimeout as sleep } from 'node:timers/promises';
import { Client, utils, type ConnectConfig } from 'ssh2';
import { keyTrouble, sshTrouble, type SshError } from '../../../clients/ssh/words';
import type { Operation } from '../serving/plugin';

/** How a machine is reached: the resource's own words, with the official defaults put in. */
export interface RemoteConnection {
  host: string;
  port: number;
  user: string;
  password?: string;
  privateKey?: string;
  privateKeyPassword?: string;
  /** `SSH_AUTH_SOCK` by default. */
  agentSocketPath?: string;
  /** How many attempts may fail before the one that decides; -1 for no limit. */
  dialErrorLimit: number;
  /** Seconds for an attempt; 0 for no limit. */
  perDialTimeout: number;
  /** Without one, any machine is taken for the right one. */
  hostKey?: string;
}

// As Pulumi's own retries: each wait is longer than the one before.
const FIRST_WAIT_MILLISECONDS = 100;
const LONGER = 1.5;
const LONGEST_WAIT_MILLISECONDS = 5000;

/**
 * Connects, as often as it takes, the login included: that is what the official plugin does.
 * @throws Error with the last attempt's reason, in the words of the official plugin
 */
export async function dial(
  connection: RemoteConnection,
  { signal, status }: Pick<Operation, 'signal' | 'status'>,
): Promise<Client> {
  const settings = settingsOf(connection);
  const limit = connection.dialErrorLimit;
  let wait = FIRST_WAIT_MILLISECONDS;
  for (let failed = 0; ; failed++) {
    try {
      return await attempt(connection, settings);
    } catch (error) {
      if (limit > -1 && failed + 1 > limit) {
        throw new Error(`after ${failed} failed attempts: ${(error as Error).message}`, { cause: error });
      }
      status(`Dial ${failed + 1}/${limit === -1 ? 'inf' : limit} failed: retrying`);
      await sleep(wait, undefined, { signal });
      wait = Math.min(wait * LONGER, LONGEST_WAIT_MILLISECONDS);
    }
  }
}

function attempt(connection: RemoteConnection, settings: ConnectConfig): Promise<Client> {
  return new Promise((resolve, reject) => {
    const client = new Client();
    client.on('ready', () => resolve(client));
    client.on('error', (error) => {
      client.end();
      reject(new Error(words(connection, error)));
    });
    client.on('close', () => reject(new Error('ssh: handshake failed: EOF')));
    client.on('keyboard-interactive', (_name, _text, _language, prompts, answer) =>
      answer(prompts.map(() => connection.password ?? '')),
    );
    client.connect(settings);
  });
}

/** @throws Error for keys that are none */
function settingsOf(connection: RemoteConnection): ConnectConfig {
  const { host, port, user, password, privateKey, privateKeyPassword, perDialTimeout, hostKey } = connection;
  const agent = connection.agentSocketPath ?? process.env['SSH_AUTH_SOCK'];
  if (privateKey !== undefined) {
    const key = utils.parseKey(privateKey, privateKeyPassword);
    if (key instanceof Error) throw new Error(keyProblems[keyTrouble(key)]);
  }
  const wanted = hostKey === undefined ? undefined : utils.parseKey(hostKey);
  if (wanted instanceof Error) throw new Error('failed to parse host key: ssh: no key found');
  return {
    host,
    port: Math.trunc(port),
    username: user,
    ...(privateKey === undefined ? {} : { privateKey, passphrase: privateKeyPassword }),
    ...(password === undefined ? {} : { password, tryKeyboard: true }),
    ...(agent === undefined || agent === '' ? {} : { agent }),
    readyTimeout: perDialTimeout * 1000,
    ...(wanted === undefined
      ? {}
      : {
          algorithms: { serverHostKey: [wanted.type] },
          hostVerifier: (shown: Buffer) => shown.equals(wanted.getPublicSSH()),
        }),
  };
}

/** The official plugin's words for a key that can't be used. */
const keyProblems: Readonly<Record<ReturnType<typeof keyTrouble>, string>> = {
  'passphrase-missing': 'ssh: this private key is passphrase protected',
  'passphrase-wrong': 'x509: decryption password incorrect',
  'no-key': 'ssh: no key found',
};

/** The official plugin's words, those of Go's library, for what ssh2 says. */
function words({ host, port }: RemoteConnection, error: SshError): string {
  const at = `dial tcp ${host}:${port}`;
  if (error.code === 'ECONNREFUSED') return `${at}: connect: connection refused`;
  if (error.code === 'ENOTFOUND' || error.code === 'EAI_AGAIN') return `dial tcp: lookup ${host}: no such host`;
  const trouble = sshTrouble(error);
  if (trouble === 'time-out') return `${at}: i/o timeout`;
  const shake = 'ssh: handshake failed: ';
  if (trouble === 'login-refused') {
    return `${shake}ssh: unable to authenticate, attempted methods [none password publickey], no supported methods remain`;
  }
  if (trouble === 'other-host-key') return `${shake}ssh: host key mismatch`;
  if (trouble === 'no-such-host-key') return `${shake}ssh: no common algorithm for host key`;
  return `${shake}${error.message}`;
}
