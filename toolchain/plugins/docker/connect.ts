import { readFileSync } from 'node:fs';
import * as net from 'node:net';
import * as path from 'node:path';
import type { Duplex } from 'node:stream';
import type { Endpoint, TlsFiles, TlsMaterial } from './endpoint';
import type { SshEndpoint } from './ssh';

/** Opens a connection to an engine; by SSH see {@link SshConnections}. */
export function connect(endpoint: Exclude<Endpoint, SshEndpoint>): Duplex {
  switch (endpoint.kind) {
    case 'socket':
      return net.connect(endpoint.path);
    case 'tcp':
      return endpoint.tls === undefined
        ? net.connect(endpoint.port, endpoint.host)
        : connectTls(endpoint.host, endpoint.port, endpoint.tls);
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
