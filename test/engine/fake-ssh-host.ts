import { spawn } from 'node:child_process';
import type { AddressInfo } from 'node:net';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { Server, utils, type Connection } from 'ssh2';
import type { ComposePlace } from '../../engine/place';

/**
 * A machine that is reached by SSH, as far as a test of this process needs one: commands run here, in `sh`, with this process's PATH
 * (and so with the docker client of a fake-docker). test/ssh-host is one with a real OpenSSH and an engine.
 */
export interface FakeSshHost {
  /** An empty folder, and the login. */
  place: ComposePlace;
  /** The command lines that were run, in order. */
  commands: string[];
  stop(): Promise<void>;
}

/** Starts it on a free port of this machine. */
export async function fakeSshHost(): Promise<FakeSshHost> {
  const keys = utils.generateKeyPairSync('ed25519');
  const password = 'pa55-of-the-machine';
  const commands: string[] = [];
  const connections = new Set<Connection>();
  const server = new Server({ hostKeys: [keys.private] }, (connection) => {
    connections.add(connection);
    // A client that goes away is no matter.
    connection.on('error', () => undefined);
    connection.on('close', () => connections.delete(connection));
    connection.on('authentication', (context) => {
      if (context.method === 'password' && context.password === password) context.accept();
      else context.reject(['password']);
    });
    connection.on('session', (accept) => {
      accept().on('exec', (acceptExec, _reject, { command }) => {
        commands.push(command);
        const channel = acceptExec();
        const child = spawn('sh', ['-c', command], { stdio: 'pipe' });
        channel.pipe(child.stdin);
        child.stdin.on('error', () => undefined);
        child.stdout.pipe(channel, { end: false });
        child.stderr.pipe(channel.stderr, { end: false });
        child.on('close', (code) => {
          channel.exit(code ?? 255);
          channel.end();
        });
      });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'sluice-ssh-'));
  const hostKey = keys.public.trim();
  const { port } = server.address() as AddressInfo;
  return {
    place: { ssh: { host: '127.0.0.1', port, user: 'deploy', hostKey, password }, folder },
    commands,
    stop: () => {
      for (const connection of connections) connection.end();
      fs.rmSync(folder, { recursive: true, force: true });
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
