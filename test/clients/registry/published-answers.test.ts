import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { RegistryClient } from '../../../clients/registry/client';
import { DeletionRefused } from '../../../clients/registry/refusal';
import { UserError } from '../../../base/errors';
import { assertTold } from '../../errors/told';
import type { SituationName } from '../../errors/table';

interface Answer {
  status: number;
  body?: object | string;
  challenge?: string;
  type?: string;
}

/** What a server answers to `METHOD /path`; HOST stands for its own address. */
type Answers = Readonly<Record<string, Answer>>;

const harbor: Answers = {
  'GET /v2/': { status: 401, challenge: 'Bearer realm="HOST/service/token",service="harbor-registry"' },
  'GET /service/token': { status: 200, body: { token: 't', expires_in: 1800 } },
  'POST /v2/shop/discounts/blobs/uploads/': { status: 202 },
};
const ghcr: Answers = {
  'GET /v2/': {
    status: 401,
    challenge: 'Bearer realm="HOST/token",service="ghcr.io",scope="repository:user/image:pull"',
  },
  'GET /token': { status: 200, body: { token: 't' } },
};
const hub: Answers = {
  'GET /v2/': { status: 401, challenge: 'Bearer realm="HOST/token",service="registry.docker.io"' },
  'GET /token': { status: 200, body: { token: 't', access_token: 't', expires_in: 300 } },
};
const artifactory: Answers = {
  'GET /v2/': {
    status: 401,
    challenge: 'Basic realm="Artifactory Realm"',
    body: { errors: [{ status: 401, message: 'Bad credentials' }] },
  },
};
const said = (code: string, message: string) => ({ errors: [{ code, message }] });
const upload = 'POST /v2/shop/discounts/blobs/uploads/';

/**
 * What registries that can't be had here answer, as their sources, documentation and users' reports have it: Harbor 2
 * (src/lib/errors, tests of quotas), GHCR and Docker Hub (reports of docker's users, docs.docker.com), Artifactory (JFrog's
 * knowledge base). It shows that these answers are understood, not that the registries give them.
 */
describe('the published answers of', () => {
  let server: Server | undefined;
  afterEach(async () => {
    server?.closeAllConnections();
    await new Promise((resolve) => (server === undefined ? resolve(undefined) : server.close(resolve)));
    server = undefined;
  });

  async function replay(answers: Answers): Promise<RegistryClient> {
    server = createServer((request, response) => {
      const { pathname } = new URL(request.url ?? '/', 'http://x');
      const host = `http://127.0.0.1:${(server?.address() as AddressInfo).port}`;
      const isTold = request.headers.authorization?.startsWith('Bearer ') === true;
      // Who has a token is not asked for one.
      const found: Answer | undefined =
        pathname === '/v2/' && isTold ? { status: 200, body: {} } : answers[`${request.method ?? ''} ${pathname}`];
      const { status, body = '', challenge, type = 'application/json' } = found ?? { status: 404 };
      const headers = challenge === undefined ? {} : { 'www-authenticate': challenge.replaceAll('HOST', host) };
      response.writeHead(status, { 'content-type': type, ...headers });
      response.end(typeof body === 'string' ? body : JSON.stringify(body));
    });
    await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
    const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    return new RegistryClient({ endpoint, username: 'robot$shop', password: 'pw', pause: () => Promise.resolve() });
  }

  async function refused(name: SituationName, answers: Answers): Promise<UserError> {
    const client = await replay(answers);
    const error: unknown = await client
      .ping()
      .then(() => client.tryPush('shop/discounts'))
      .then(
        () => assert.fail('nothing was thrown'),
        (thrown: unknown) => thrown,
      );
    assert.ok(error instanceof UserError, String(error));
    assertTold(name, error);
    assert.ok(!error.toString().includes('pw'));
    return error;
  }

  it('Harbor, when all is well', async () => {
    const client = await replay(harbor);
    await client.ping();
    await client.tryPush('shop/discounts');
  });

  const table: [string, SituationName, Answers][] = [
    [
      'Harbor: a wrong login, or a robot account that has expired (Harbor says the same to both)',
      'registryLogin',
      { ...harbor, 'GET /service/token': { status: 401, body: said('UNAUTHORIZED', 'unauthorized: unauthorized') } },
    ],
    [
      'Harbor: a project that does not exist',
      'registryProject',
      { ...harbor, [upload]: { status: 404, body: said('NOT_FOUND', 'project shop not found') } },
    ],
    [
      'Harbor: a robot account that may not push',
      'registryRights',
      {
        ...harbor,
        [upload]: {
          status: 401,
          challenge:
            'Bearer realm="HOST/service/token",service="harbor-registry",scope="repository:shop/discounts:pull,push"',
          body: said(
            'UNAUTHORIZED',
            'unauthorized to access repository: shop/discounts, action: push: unauthorized to access repository: shop/discounts, action: push',
          ),
        },
      },
    ],
    [
      'Harbor: a quota that is used up',
      'registryQuota',
      {
        ...harbor,
        [upload]: {
          status: 403,
          body: said(
            'DENIED',
            'adding 29.0 MiB of storage resource, which when updated to current usage of 152.4 MiB will exceed the configured upper limit of 10.0 MiB.',
          ),
        },
      },
    ],
    [
      'GHCR: a wrong or expired token',
      'registryLogin',
      { ...ghcr, 'GET /token': { status: 403, body: said('DENIED', 'denied') } },
    ],
    [
      'GHCR: an owner in whose name the token may make nothing',
      'registryProject',
      { ...ghcr, [upload]: { status: 403, body: said('DENIED', 'permission_denied: create_package') } },
    ],
    [
      'GHCR: a token without write:packages',
      'registryRights',
      {
        ...ghcr,
        [upload]: {
          status: 403,
          body: said('DENIED', 'permission_denied: The token provided does not match expected scopes.'),
        },
      },
    ],
    [
      'Docker Hub: a wrong login',
      'registryLogin',
      { ...hub, 'GET /token': { status: 401, body: { details: 'incorrect username or password' } } },
    ],
    [
      'Docker Hub: somebody else’s name',
      'registryRights',
      {
        ...hub,
        [upload]: {
          status: 401,
          challenge:
            'Bearer realm="HOST/token",service="registry.docker.io",scope="repository:shop/discounts:pull,push",error="insufficient_scope"',
          body: said('UNAUTHORIZED', 'authentication required'),
        },
      },
    ],
    [
      'Docker Hub: too many requests',
      'registryRate',
      { ...hub, [upload]: { status: 429, body: said('TOOMANYREQUESTS', 'You have reached your pull rate limit.') } },
    ],
    [
      'Artifactory: an expired token',
      'registryExpired',
      {
        ...artifactory,
        'GET /v2/': { status: 401, body: { errors: [{ status: 401, message: 'Token failed verification: expired' }] } },
      },
    ],
    [
      'Artifactory: no right to deploy',
      'registryRights',
      {
        'GET /v2/': { status: 200, body: {} },
        [upload]: { status: 403, body: said('DENIED', 'The client does not have permission for manifest') },
      },
    ],
    ['a web server', 'noRegistry', { 'GET /v2/': { status: 200, type: 'text/html; charset=utf-8', body: '<html>' } }],
    ['a server without such a page', 'noRegistry', {}],
  ];
  for (const [what, name, answers] of table) it(what, () => refused(name, answers));

  it('Artifactory: a wrong login, by basic authentication', async () => {
    await assert.rejects((await replay(artifactory)).ping(), {
      message: /^the registry http.* refuses the login "robot\$shop" \(401: Bad credentials\)$/,
    });
  });

  it('GHCR and Docker Hub to a deletion: they keep what they have', async () => {
    const path = `/v2/shop/discounts/manifests/sha256:${'0'.repeat(64)}`;
    for (const answer of [
      { status: 405, body: said('UNSUPPORTED', 'The operation is unsupported.') },
      { status: 401, challenge: 'Bearer realm="HOST/token",error="insufficient_scope"' },
      { status: 403, body: said('DENIED', 'requested access to the resource is denied') },
    ]) {
      const client = await replay({ ...ghcr, [`DELETE ${path}`]: answer });
      await assert.rejects(client.deleteManifest('shop/discounts', path.split('/').at(-1) ?? ''), DeletionRefused);
      server?.close();
    }
  });
});
