import { spawn } from 'node:child_process';
import * as http from 'node:http';
import { Duplex } from 'node:stream';
import type { Endpoint } from './endpoint';

/** An engine that is reached by SSH. */
export type SshEndpoint = Extract<Endpoint, { kind: 'ssh' }>;

/** Connections to one engine that are kept while nothing is asked. */
const keptConnections = 4;

/**
 * Connections to an engine through `ssh`, kept from one request to the next as the docker client's own are: each takes a login, and a
 * machine lets only so many begin at a time.
 */
export class SshConnections extends http.Agent {
  constructor(private readonly endpoint: SshEndpoint) {
    super({ keepAlive: true, maxFreeSockets: keptConnections });
  }

  override createConnection(): Duplex {
    return connectSsh(this.endpoint);
  }
}

/** The command line of docker's own client. (`BatchMode`: nobody can answer a question here.) */
export function sshArguments({ destination, port, options }: SshEndpoint): string[] {
  return [
    ...options,
    ...['-o', 'BatchMode=yes', '-o', 'ConnectTimeout=30', '-T'],
    ...(port === undefined ? [] : ['-p', String(port)]),
    ...['--', destination, 'docker', 'system', 'dial-stdio'],
  ];
}

/** Not base/process: its streams are a connection, and stay for as long as that is kept. */
function connectSsh(endpoint: SshEndpoint): Duplex {
  const child = spawn('ssh', sshArguments(endpoint), { stdio: ['pipe', 'pipe', 'pipe'] });
  const { stdin, stdout, stderr } = child;
  const stream = new Duplex({
    read: () => void stdout.resume(),
    // What ssh says when it ends tells more than that it took no more.
    write: (chunk, encoding, done) => void stdin.write(chunk, encoding, () => done()),
    final: (done) => void stdin.end(done),
    destroy: (error, done) => {
      child.kill();
      done(error);
    },
  });
  let complaint = '';
  stdin.on('error', () => undefined);
  stdout.on('data', (chunk: Buffer) => {
    if (!stream.push(chunk)) stdout.pause();
  });
  stderr.on('data', (chunk: Buffer) => (complaint = (complaint + chunk.toString()).slice(-2000)));
  child.on('error', (error: NodeJS.ErrnoException) => {
    const missing = 'the ssh client is not installed: install openssh-client';
    stream.destroy(error.code === 'ENOENT' ? new Error(missing) : error);
  });
  child.on('close', (code) => {
    if (code === 0 || code === null) stream.push(null);
    else stream.destroy(new Error(complaint.trim() || `ssh ended with code ${code}`));
  });
  return Object.assign(stream, likeSocket);
}

/** What an agent asks of a socket besides; a child's streams have nothing of it. */
const likeSocket = Object.fromEntries(
  ['setKeepAlive', 'setNoDelay', 'setTimeout', 'ref', 'unref'].map((name) => [
    name,
    function (this: Duplex) {
      return this;
    },
  ]),
);
