import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as http from 'node:http';
import * as https from 'node:https';
import type { AddressInfo } from 'node:net';
import * as os from 'node:os';
import * as path from 'node:path';
import { RegistryClient } from '../../../clients/registry/client';
import { troubleIn } from '../../../clients/registry/trouble';
import { UserError } from '../../../base/errors';
import { assertTold } from '../../errors/told';
import type { SituationName } from '../../errors/table';
import { makeAuthority, type Authority } from './certificates';

describe('a registry with TLS under a private authority', function () {
  this.timeout(30_000);
  let folder: string;
  let authority: Authority;
  const servers: http.Server[] = [];
  before(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'sluice-authority-'));
    authority = makeAuthority(folder);
  });
  after(() => fs.rmSync(folder, { recursive: true }));
  afterEach(async () => {
    for (const server of servers.splice(0)) {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  });

  /** A server's address, under the name `localhost`. */
  async function listen(server: http.Server): Promise<string> {
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return `https://localhost:${(server.address() as AddressInfo).port}`;
  }

  function secure(files: { cert: string; key: string }): Promise<string> {
    const [cert, key] = [fs.readFileSync(files.cert), fs.readFileSync(files.key)];
    return listen(https.createServer({ cert, key }, (_, response) => response.end('{}')));
  }

  async function refused(name: SituationName, endpoint: string, ca?: string): Promise<void> {
    const error: unknown = await new RegistryClient({ endpoint, ca }).ping().then(
      () => assert.fail('nothing was thrown'),
      (thrown: unknown) => thrown,
    );
    assert.ok(error instanceof UserError, String(error));
    assertTold(name, error);
  }

  it('is trusted by whoever is told of the authority, and by nobody else in this process', async () => {
    const endpoint = await secure(authority.certify('right', 'DNS:localhost,IP:127.0.0.1'));
    await new RegistryClient({ endpoint, ca: authority.pem }).ping();
    await refused('registryAuthority', endpoint);
    const other = fs.mkdtempSync(path.join(folder, 'other-'));
    await refused('registryAuthority', endpoint, makeAuthority(other).pem);
  });

  it('has to show its own name, and a date that holds', async () => {
    await refused(
      'registryHostName',
      await secure(authority.certify('foreign', 'DNS:other.example.com')),
      authority.pem,
    );
    await refused(
      'registryCertificateTime',
      await secure(authority.certify('old', 'DNS:localhost', -1)),
      authority.pem,
    );
  });

  it('that speaks plain HTTP', async () => {
    await refused('registryPlainHttp', await listen(http.createServer((_, response) => response.end('{}'))));
  });

  it('is told apart in an engine’s words as well', () => {
    const said = {
      authority: 'Get "https://r.example.com/v2/": x509: certificate signed by unknown authority',
      hostName: 'Get "https://r/v2/": x509: certificate is valid for localhost, not r',
      certificateTime: 'x509: certificate has expired or is not yet valid: current time 2026-01-01 is after',
      plainHttp: 'Get "https://r/v2/": http: server gave HTTP response to HTTPS client',
      noRegistry: "error parsing HTTP 404 response body: invalid character '<' looking for beginning of value",
      quota:
        'denied: adding 29.0 MiB of storage resource, which when updated to current usage of 152.4 MiB will exceed the configured upper limit of 10.0 MiB.',
      project: 'denied: permission_denied: create_package',
      rights: 'denied: requested access to the resource is denied',
      rate: 'toomanyrequests: You have reached your pull rate limit.',
      expired: 'unauthorized: the robot account has expired',
      login: 'unauthorized: authentication required',
      away: 'dial tcp 127.0.0.1:1: connect: connection refused',
    };
    for (const [trouble, text] of Object.entries(said)) assert.equal(troubleIn(text), trouble, text);
    assert.equal(troubleIn('something else'), undefined);
  });
});
