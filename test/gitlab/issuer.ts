import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, exportSPKI, generateKeyPair, SignJWT, type JWK, type JWTPayload, type KeyLike } from 'jose';

/** What a token says besides when it holds; `undefined` leaves a claim out. */
export type Claims = JWTPayload & Record<string, unknown>;

/** How one token differs from a right one. */
export interface Signing {
  /** Another key; the name of the right one stays. */
  key?: KeyLike | Uint8Array;
  algorithm?: string;
  /** Seconds from now. @default -5 */
  notBefore?: number;
  /** Seconds from now. @default 3600 */
  expires?: number;
}

/**
 * A server that signs ID tokens as GitLab does: with its own RSA key, which it publishes where GitLab does. It knows nothing of
 * jobs: a test says what a token's claims are.
 */
export class TestIssuer {
  private constructor(
    private readonly server: Server,
    private readonly keys: { privateKey: KeyLike; publicKey: KeyLike },
    /** Its address, `http://127.0.0.1:…`. */
    readonly url: string,
  ) {}

  static async start(): Promise<TestIssuer> {
    const keys = await generateKeyPair('RS256', { extractable: true });
    const published: JWK = { ...(await exportJWK(keys.publicKey)), kid: 'test', use: 'sig', alg: 'RS256' };
    let url = '';
    const server = createServer(({ url: path }, response) => {
      const answers: Record<string, unknown> = {
        '/.well-known/openid-configuration': { issuer: url, jwks_uri: `${url}/oauth/discovery/keys` },
        '/oauth/discovery/keys': { keys: [published] },
      };
      const answer = answers[path ?? ''];
      response.writeHead(answer === undefined ? 404 : 200, { 'content-type': 'application/json' });
      response.end(JSON.stringify(answer ?? {}));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    return new TestIssuer(server, keys, url);
  }

  /** The published key as text, which anybody can take for a secret. */
  async publicText(): Promise<string> {
    return exportSPKI(this.keys.publicKey);
  }

  async sign(claims: Claims, signing: Signing = {}): Promise<string> {
    const now = Math.floor(Date.now() / 1000);
    return new SignJWT({ iss: this.url, iat: now, ...claims })
      .setProtectedHeader({ alg: signing.algorithm ?? 'RS256', kid: 'test', typ: 'JWT' })
      .setNotBefore(now + (signing.notBefore ?? -5))
      .setExpirationTime(now + (signing.expires ?? 3600))
      .sign(signing.key ?? this.keys.privateKey);
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

/** What GitLab says of a manual job that ann has started on the protected branch main (docs.gitlab.com, "Token payload"). */
export function jobClaims(changes: Claims = {}): Claims {
  return {
    aud: 'sluice/shop',
    sub: 'project_path:shop/discounts:ref_type:branch:ref:main',
    namespace_id: '72',
    namespace_path: 'shop',
    project_id: '20',
    project_path: 'shop/discounts',
    user_id: '1',
    user_login: 'ann',
    user_email: 'ann@example.com',
    pipeline_id: '574',
    pipeline_source: 'push',
    job_id: '302',
    ref: 'main',
    ref_type: 'branch',
    ref_path: 'refs/heads/main',
    ref_protected: 'true',
    environment: 'production',
    environment_protected: 'false',
    runner_environment: 'self-hosted',
    sha: '714a629c0b401fdce83e847fc9589983fc6f46bc',
    ...changes,
  };
}
