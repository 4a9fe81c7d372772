import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';

/** A private authority for tests, made by OpenSSL in a folder of the test's own. */
export interface Authority {
  /** File and text of its certificate. */
  file: string;
  pem: string;
  /** A certificate and its key, as files, for `DNS:localhost,IP:127.0.0.1`; -1 days: one that has expired. */
  certify(name: string, alternatives: string, days?: number): { cert: string; key: string };
}

const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];

export function makeAuthority(folder: string): Authority {
  const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' });
  openssl(
    'req',
    '-x509',
    ...key,
    '-keyout',
    'ca.key',
    '-out',
    'ca.crt',
    '-subj',
    '/CN=a private authority',
    '-days',
    '2',
  );
  const file = path.join(folder, 'ca.crt');
  return {
    file,
    pem: fs.readFileSync(file, 'utf8'),
    certify: (name, alternatives, days = 2) => {
      openssl('req', ...key, '-keyout', `${name}.key`, '-out', `${name}.csr`, '-subj', `/CN=${name}`);
      fs.writeFileSync(path.join(folder, `${name}.ext`), `subjectAltName=${alternatives}\n`);
      openssl(
        ...['x509', '-req', '-in', `${name}.csr`, '-CA', 'ca.crt', '-CAkey', 'ca.key', '-CAcreateserial'],
        ...['-days', String(days), '-extfile', `${name}.ext`, '-out', `${name}.crt`],
      );
      return { cert: path.join(folder, `${name}.crt`), key: path.join(folder, `${name}.key`) };
    },
  };
}
