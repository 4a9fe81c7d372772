import { createHash } from 'node:crypto';
import * as net from 'node:net';
import { Client, utils, type ClientChannel, type ConnectConfig } from 'ssh2';
import { UserError } from '../../base/errors';
import { tellLines } from '../../base/lines';
import { sshTrouble, type SshError } from './words';

export { quoted } from '../../base/command';

/** How a machine is reached by SSH. */
export interface SshConnection {
  host: string;
  /** @default 22 */
  port: number;
  user: string;
  /** The key of the machine as `/etc/ssh/ssh_host_ed25519_key.pub` has it, `ssh-ed25519 AAAA…`: no other machine is spoken to. */
  hostKey: string;
  password?: string;
  /** Text of an OpenSSH or PEM key without passphrase; goes before the password. */
  privateKey?: string;
}

/** The config keys that say how a machine is reached, for messages. */
export interface ConnectionKeys {
  /** Which machine. */
  place: string;
  user: string;
  hostKey: string;
}

const keysOfTarget: ConnectionKeys = {
  place: 'sluice:target',
  user: 'sluice:target.user',
  hostKey: 'sluice:target.hostKey',
};

/** What a command on the machine left. */
export interface SshResult {
  stdout: string;
  stderr: string;
  /** Exit code; 124 when the time limit ended it, 255 when a signal or the connection did. */
  code: number;
}

/** How a command is run there. */
export interface SshOptions {
  /** Written to standard input; nothing by default. */
  input?: string | Buffer;
  /** Ends the connection's channel (not what runs there) after so many seconds; no limit by default. */
  timeoutSeconds?: number;
  /** Called with each line of both streams as it comes. */
  onLine?: (line: string) => void;
  /** @default those of a target */
  keys?: ConnectionKeys | undefined;
}

/**
 * Commands that run over a connection at a time. OpenSSH refuses the eleventh (MaxSessions), and may count each of those that have just
 * ended beside the one that takes its place.
 */
const mostCommands = 5;

/** Seconds that a machine may take to answer. */
const patienceSeconds = 20;

/** A connection on which nothing comes for so long is asked whether it is still there. */
const keepaliveMilliseconds = 15_000;

/**
 * Runs a command line in the account's shell. Commands of one process share a connection, which keeps no process alive.
 * @param command a line for a POSIX shell; no secret belongs in it
 * @throws UserError when the machine can't be reached, shows another key or refuses the login
 */
export async function ssh(connection: SshConnection, command: string, options: SshOptions = {}): Promise<SshResult> {
  return (await sshBytes(connection, command, options)).result;
}

/** As `ssh`, with standard output as it is. */
export async function sshBytes(
  connection: SshConnection,
  command: string,
  options: SshOptions = {},
): Promise<{ result: SshResult; stdout: Buffer }> {
  const link = await linkTo(connection, options.keys ?? keysOfTarget);
  link.begin();
  try {
    return await link.run(command, options);
  } finally {
    link.end();
  }
}

/** A key's fingerprint as `ssh-keygen -l` prints it. */
export function fingerprint(key: Buffer): string {
  return `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;
}

const links = new Map<string, Promise<Link>>();

function linkTo(connection: SshConnection, keys: ConnectionKeys): Promise<Link> {
  const name = JSON.stringify([connection, keys]);
  const known = links.get(name);
  if (known !== undefined) return known;
  const link = Link.open(connection, keys, () => links.delete(name));
  links.set(name, link);
  link.catch(() => links.delete(name));
  return link;
}

/** One open connection. */
class Link {
  private running = 0;
  private commands = 0;
  private readonly waiting: (() => void)[] = [];

  private constructor(
    private readonly client: Client,
    private readonly socket: net.Socket,
  ) {}

  static open(connection: SshConnection, keys: ConnectionKeys, gone: () => void): Promise<Link> {
    const { host, port } = connection;
    const socket = net.connect({ host, port });
    // Not ssh2's own, whose timer would keep the process alive.
    socket.setKeepAlive(true, keepaliveMilliseconds);
    const client = new Client();
    return new Promise((resolve, reject) => {
      let shown: Buffer | undefined;
      const fail = (error: SshError): void => {
        gone();
        client.end();
        socket.destroy();
        reject(explained(connection, keys, error, shown));
      };
      client.on('error', fail);
      client.on('close', () => {
        gone();
        fail(new Error('the connection was closed'));
      });
      client.on('keyboard-interactive', (_name, _text, _language, prompts, answer) =>
        answer(prompts.map(() => connection.password ?? '')),
      );
      client.on('ready', () => resolve(new Link(client, socket)));
      try {
        client.connect(settings(connection, keys, socket, (key) => (shown = key)));
      } catch (error) {
        fail(error as Error);
      }
    });
  }

  begin(): void {
    if (this.running++ === 0) this.socket.ref();
  }

  end(): void {
    if (--this.running === 0) this.socket.unref();
  }

  async run(command: string, options: SshOptions): Promise<{ result: SshResult; stdout: Buffer }> {
    if (this.commands === mostCommands) await new Promise<void>((resolve) => this.waiting.push(resolve));
    else this.commands += 1;
    try {
      return await this.start(command, options);
    } finally {
      // Whoever waits takes this one's place.
      const next = this.waiting.shift();
      if (next === undefined) this.commands -= 1;
      else next();
    }
  }

  private start(command: string, options: SshOptions): Promise<{ result: SshResult; stdout: Buffer }> {
    return new Promise((resolve, reject) => {
      this.client.exec(command, (error, channel) => {
        if (error !== undefined) {
          reject(error);
          return;
        }
        follow(channel, options).then(resolve, reject);
      });
    });
  }
}

function follow(channel: ClientChannel, options: SshOptions): Promise<{ result: SshResult; stdout: Buffer }> {
  return new Promise((resolve, reject) => {
    const [stdout, stderr]: [Buffer[], Buffer[]] = [[], []];
    let code = 255;
    const end = (how: number): void => {
      clearTimeout(limit);
      const all = Buffer.concat(stdout);
      resolve({ result: { stdout: all.toString(), stderr: Buffer.concat(stderr).toString(), code: how }, stdout: all });
    };
    const limit =
      options.timeoutSeconds === undefined
        ? undefined
        : setTimeout(() => {
            channel.close();
            // The server closes its side only when what runs there has ended.
            end(124);
          }, options.timeoutSeconds * 1000);
    channel.on('data', (chunk: Buffer) => stdout.push(chunk));
    channel.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
    if (options.onLine !== undefined) {
      const { onLine } = options;
      for (const stream of [channel, channel.stderr]) tellLines(stream as NodeJS.ReadableStream, onLine);
    }
    channel.on('exit', (status: number | null) => (code = status ?? 255));
    channel.on('error', reject);
    channel.on('close', () => end(code));
    channel.end(options.input);
  });
}

function settings(
  connection: SshConnection,
  keys: ConnectionKeys,
  sock: net.Socket,
  show: (key: Buffer) => void,
): ConnectConfig {
  const { host, port, user, password, privateKey } = connection;
  const { type, key } = publicKey(connection.hostKey, keys);
  return {
    host,
    port,
    sock,
    username: user,
    privateKey,
    password,
    tryKeyboard: password !== undefined,
    readyTimeout: patienceSeconds * 1000,
    algorithms: { serverHostKey: [type as never] },
    hostVerifier: (shown: Buffer) => {
      show(shown);
      return shown.equals(key);
    },
  };
}

/** @throws UserError for a text that is no public key */
export function publicKey(text: string, keys = keysOfTarget): { type: string; key: Buffer } {
  const parsed = utils.parseKey(text);
  if (parsed instanceof Error) {
    throw new UserError(
      `the host key "${text.slice(0, 40)}" is no public key`,
      `copy the first two words of /etc/ssh/ssh_host_ed25519_key.pub of the machine into ${keys.hostKey}`,
    );
  }
  return { type: parsed.type, key: parsed.getPublicSSH() };
}

/** That a private key is none. @param who `user@host` */
export function unusableKey(who: string, why: string): UserError {
  return new UserError(
    `the private key for ${who} can't be used: ${why}`,
    'sluice:sshPrivateKey is the whole text of a key without passphrase, from -----BEGIN to END-----; ' +
      'at GitLab it is a variable of the type "Variable", not "File"',
  );
}

function explained(
  { host, port, user, hostKey, password, privateKey }: SshConnection,
  keys: ConnectionKeys,
  error: SshError,
  shown: Buffer | undefined,
): Error {
  const trouble = sshTrouble(error);
  const where = `${host}:${port}`;
  const wanted = publicKey(hostKey, keys);
  if ((shown !== undefined && !shown.equals(wanted.key)) || trouble === 'no-such-host-key') {
    const is = shown === undefined ? `no ${wanted.type} key` : fingerprint(shown);
    return new UserError(
      `${where} shows ${is}, but its host key should be ${wanted.type} ${fingerprint(wanted.key)}: ` +
        'it is another machine, or its key was changed',
      `compare with "ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub" on the machine itself, then correct ${keys.hostKey}`,
    );
  }
  if (trouble === 'login-refused') {
    const by = privateKey === undefined ? (password === undefined ? 'nothing' : 'this password') : 'this key';
    return new UserError(
      `${where} does not let ${user} in with ${by}`,
      `try "ssh -p ${port} ${user}@${host}", then correct ${keys.user}, sluice:sshPassword or sluice:sshPrivateKey`,
    );
  }
  if (trouble === 'key-unusable') return unusableKey(`${user}@${host}`, error.message);
  return new UserError(
    `${where} can't be reached by SSH: ${error.code ?? error.message}`,
    `is the machine up, and is ${keys.place} right? try "ssh -p ${port} ${user}@${host}"`,
  );
}
