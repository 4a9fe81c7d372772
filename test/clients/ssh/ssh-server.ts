import { spawn } from 'node:child_process';
import type { AddressInfo } from 'node:net';
import { Server, utils, type AuthContext, type Connection } from 'ssh2';
import type { SshConnection } from '../../../clients/ssh/ssh';
import { keyPair } from './ssh-keys';

/** A server in this process that speaks SSH and runs commands on this machine, for tests. */
export interface SshServer {
  /** Where it is reached, with its own key; without password and private key. */
  place: SshConnection;
  password: string;
  /** Text of the private key that is let in. */
  privateKey: string;
  /** The command lines that were run, in order. */
  commands: string[];
  stop(): Promise<void>;
}

/** Starts it on loopback. @param shell the program that runs commands there */
export async function startSshServer(shell = 'sh'): Promise<SshServer> {
  const [host, client] = [keyPair(), keyPair()];
  const password = 'a password of the test';
  const letIn = publicPart(client.public);
  const isLetIn = (context: AuthContext): boolean => {
    if (context.username !== 'deploy') return false;
    if (context.method === 'password') return context.password === password;
    return context.method === 'publickey' && context.key.data.equals(letIn);
  };
  const open = new Set<Connection>();
  const commands: string[] = [];
  const server = new Server({ hostKeys: [host.private] }, (connection) => {
    open.add(connection);
    connection.on('close', () => open.delete(connection));
    // A client that goes away is no matter.
    connection.on('error', () => undefined);
    connection.on('authentication', (context) => {
      if (isLetIn(context)) context.accept();
      else context.reject(['password', 'publickey']);
    });
    connection.on('session', (accept) =>
      accept().on('exec', (acceptCommand, _reject, { command }) => {
        commands.push(command);
        const channel = acceptCommand();
        const child = spawn(shell, ['-c', command]);
        channel.pipe(child.stdin);
        // A command that does not read its input.
        child.stdin.on('error', () => undefined);
        child.stdout.pipe(channel, { end: false });
        child.stderr.pipe(channel.stderr, { end: false });
        child.on('close', (code) => {
          channel.exit(code ?? 255);
          channel.end();
        });
      }),
    );
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    place: { host: '127.0.0.1', port, user: 'deploy', hostKey: host.public.trim() },
    password,
    privateKey: client.private,
    commands,
    stop: () => {
      for (const connection of open) connection.end();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

function publicPart(text: string): Buffer {
  const key = utils.parseKey(text);
  if (key instanceof Error) throw key;
  return key.getPublicSSH();
}
