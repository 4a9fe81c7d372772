import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a token service does otherwise than a usual one. */
export interface TokenHabits {
  /** Password that it asks of the user `ann`; without login it gives tokens for pulling. @default 'right' */
  password?: string;
  /** What `ann` may do. @default everything */
  rights?: readonly string[];
  /** Of a token; 0: says nothing. @default 300 */
  seconds?: number;
}

/** A token service in memory, on loopback, for one registry (https://distribution.github.io/distribution/spec/auth/token). */
export class FakeTokenService {
  /** Of each request: its query, and who asked. */
  readonly asked: { scope: string | null; service: string | null; account: string | null; login: boolean }[] = [];
  realm = '';
  private readonly granted = new Map<string, string>();
  private readonly server: Server;

  private constructor(private readonly habits: TokenHabits) {
    this.server = createServer((request, response) => this.answer(request, response));
  }

  static async start(habits: TokenHabits = {}): Promise<FakeTokenService> {
    const service = new FakeTokenService(habits);
    await new Promise<void>((resolve) => service.server.listen(0, '127.0.0.1', resolve));
    service.realm = `http://127.0.0.1:${(service.server.address() as AddressInfo).port}/token`;
    return service;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  /** No token that was given out is worth anything any more. */
  forget(): void {
    this.granted.clear();
  }

  /** The challenge to a request; undefined for one whose token will do. */
  challenge(
    authorization: string | undefined,
    wanted: { repository: string; action: string } | undefined,
  ): string | undefined {
    const scope = wanted === undefined ? undefined : `repository:${wanted.repository}:${actions(wanted.action)}`;
    const base = `Bearer realm="${this.realm}",service="fake"${scope === undefined ? '' : `,scope="${scope}"`}`;
    const token = /^Bearer (.+)$/.exec(authorization ?? '')?.[1];
    if (token === undefined) return base;
    const rights = this.granted.get(token);
    if (rights === undefined) return `${base},error="invalid_token"`;
    if (wanted === undefined) return undefined;
    const [repository, list = ''] = rights.replace('repository:', '').split(':');
    const isEnough = repository === wanted.repository && list.split(',').includes(wanted.action);
    return isEnough ? undefined : `${base},error="insufficient_scope"`;
  }

  private answer(request: IncomingMessage, response: ServerResponse): void {
    const { searchParams } = new URL(request.url ?? '/', 'http://x');
    const { authorization } = request.headers;
    const scope = searchParams.get('scope');
    const [service, account] = [searchParams.get('service'), searchParams.get('account')];
    this.asked.push({ scope, service, account, login: authorization !== undefined });
    const login = `Basic ${Buffer.from(`ann:${this.habits.password ?? 'right'}`).toString('base64')}`;
    if (authorization !== undefined && authorization !== login) {
      response.writeHead(401, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ details: 'incorrect username or password' }));
      return;
    }
    const rights = authorization === undefined ? ['pull'] : (this.habits.rights ?? ['pull', 'push', 'delete']);
    const [kind = '', repository = '', list = ''] = scope?.split(':') ?? [];
    const granted = list.split(',').filter((action) => rights.includes(action));
    const token = `token-${this.asked.length}`;
    this.granted.set(token, scope === null ? '' : `${kind}:${repository}:${granted.join(',')}`);
    const seconds = this.habits.seconds ?? 300;
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ token, ...(seconds === 0 ? {} : { expires_in: seconds }) }));
  }
}

/** Who wants to push is told to read as well, as registries do. */
function actions(action: string): string {
  return action === 'push' ? 'pull,push' : action;
}
