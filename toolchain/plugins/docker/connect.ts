import { readFileSync } from 'node:fs';
import * as net from 'node:net';
import * as path from 'node:path';
import { Duplex } from 'node:stream';
import type { Endpoint, TlsFiles, TlsMaterial } from './endpoint';

/** Opens a connection to an engine. ssh goes through the docker client on the other side, as the docker client's own does. */
export function connect(endpoint: Endpoint): Duplex {
  switch (endpoint.kind) {
    case 'socket':
      return net.connect(endpoint.path);
    case 'tcp':
      return endpoint.tls === undefined
        ? net.connect(endpoint.port, endpoint.host)
        : connectTls(endpoint.host, endpoint.port, endpoint.tls);
    case 'ssh':
      return connectSsh(endpoint);
  }
}

function connectTls(host: string, port: number, tls: TlsFiles | TlsMaterial): Duplex {
  // Loaded only where it is used: most engines listen on a socket and plugins should start fast.
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const { connect } = require('node:tls') as typeof import('node:tls');
  const pem = (name: string): Buffer | undefined => {
    if (!('folder' in tls)) return undefined;
    try {
      return readFileSync(path.join(tls.folder, name));
    } catch {
      return undefined;
    }
  };
  const material = 'folder' in tls ? { ca: pem('ca.pem'), cert: pem('cert.pem'), key: pem('key.pem') } : tls;
  const verify = !('skipVerify' in tls && tls.skipVerify === true);
  return connect({ host, port, servername: net.isIP(host) === 0 ? host : '', ...material, rejectUnauthorized: verify });
}

function connectSsh(endpoint: Extract<Endpoint, { kind: 'ssh' }>): Duplex {
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const { spawn } = require('node:child_process') as typeof import('node:child_process');
  const child = spawn(
    'ssh',
    [
      ...endpoint.options,
      ...(endpoint.port === undefined ? [] : ['-p', String(endpoint.port)]),
      // Nobody can answer a question here.
      ...['-o', 'BatchMode=yes', '-o', 'ConnectTimeout=30', '-T', '--', endpoint.destination],
      ...['docker', 'system', 'dial-stdio'],
    ],
    { stdio: ['pipe', 'pipe', 'pipe'] },
  );
  let complaint = '';
  child.stderr.on('data', (chunk: Buffer) => (complaint = (complaint + chunk.toString()).slice(-2000)));
  const stream = Duplex.from({ readable: child.stdout, writable: child.stdin });
  child.on('error', (error) => stream.destroy(error));
  child.on('exit', (code) => {
    if (code !== 0 && code !== null) stream.destroy(new Error(complaint.trim() || `ssh ended with code ${code}`));
  });
  stream.on('close', () => child.kill());
  return stream;
}
