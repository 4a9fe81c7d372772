import { generateKeyPairSync, randomUUID, sign } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A login, and what it may do in every repository. */
export interface Account {
  password: string;
  actions: readonly string[];
}

/**
 * A token service whose tokens a real registry believes: JWTs signed by a key that the registry is given
 * (https://distribution.github.io/distribution/spec/auth/jwt). On loopback.
 */
export class SigningTokenService {
  readonly name = 'sluice-test';
  private readonly keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  private readonly server: Server;

  private constructor(private readonly accounts: Readonly<Record<string, Account>>) {
    this.server = createServer((request, response) => {
      const { searchParams } = new URL(request.url ?? '/', 'http://x');
      const [user = '', password] = loginOf(request.headers.authorization);
      const account = this.accounts[user];
      if (account?.password !== password) {
        response.writeHead(401, { 'content-type': 'application/json' });
        response.end(JSON.stringify({ details: 'incorrect username or password' }));
        return;
      }
      const token = this.token(user, searchParams.getAll('scope'), account?.actions ?? []);
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ token, expires_in: 300 }));
    });
  }

  static async start(accounts: Readonly<Record<string, Account>>): Promise<SigningTokenService> {
    const service = new SigningTokenService(accounts);
    await new Promise<void>((resolve) => service.server.listen(0, '127.0.0.1', resolve));
    return service;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  get realm(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/token`;
  }

  /** What the registry checks signatures with. */
  get keySet(): string {
    return JSON.stringify({ keys: [{ ...this.keys.publicKey.export({ format: 'jwk' }), ...algorithm }] });
  }

  private token(user: string, scopes: readonly string[], allowed: readonly string[]): string {
    const now = Math.floor(Date.now() / 1000);
    const access = scopes.map((scope) => {
      const [type, name, actions = ''] = scope.split(':');
      return { type, name, actions: actions.split(',').filter((action) => allowed.includes(action)) };
    });
    const claims = { iss: this.name, aud: this.name, sub: user, iat: now, nbf: now - 10, exp: now + 300 };
    const text = [
      { typ: 'JWT', ...algorithm },
      { ...claims, jti: randomUUID(), access },
    ]
      .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
      .join('.');
    const key = { key: this.keys.privateKey, dsaEncoding: 'ieee-p1363' as const };
    return `${text}.${sign('sha256', Buffer.from(text), key).toString('base64url')}`;
  }
}

const algorithm = { alg: 'ES256', kid: 'test' };

function loginOf(authorization: string | undefined): string[] {
  const [, login = ''] = /^Basic (.+)$/.exec(authorization ?? '') ?? [];
  return Buffer.from(login, 'base64').toString().split(':');
}
