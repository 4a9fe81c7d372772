import * as assert from 'node:assert/strict';
import type { EndpointFacts } from '../../../toolchain/plugins/docker/endpoint';
import { repoDigest, withoutTag } from '../../../toolchain/plugins/docker/images';
import { authHeader, loginFor, parseImageName, registryHost } from '../../../toolchain/plugins/docker/registry-auth';
import { secretSettings, settingsFailures } from '../../../toolchain/plugins/docker/settings';

const base64 = (text: string): string => Buffer.from(text).toString('base64');
const machine = (files: Record<string, unknown> = {}, environment: NodeJS.ProcessEnv = {}): EndpointFacts => ({
  environment,
  home: '/home/anna',
  read: (file) => (file in files ? JSON.stringify(files[file]) : undefined),
});

describe('plugins: names of images', () => {
  for (const [name, registry, repository, reference] of [
    ['alpine', 'registry-1.docker.io', 'library/alpine', 'latest'],
    ['docker.io/drone/drone:2', 'registry-1.docker.io', 'drone/drone', '2'],
    ['drone/git:1', 'registry-1.docker.io', 'drone/git', '1'],
    ['localhost:5500/shop', 'localhost:5500', 'shop', 'latest'],
    ['localhost/shop:1', 'localhost', 'shop', '1'],
    ['ghcr.io/a/b/c:1@sha256:ab', 'ghcr.io', 'a/b/c', 'sha256:ab'],
    ['127.0.0.1:5000/a@sha256:ab', '127.0.0.1:5000', 'a', 'sha256:ab'],
  ] as const) {
    it(name, () => assert.deepEqual(parseImageName(name), { registry, repository, reference }));
  }

  it('without tag and digest', () => {
    assert.equal(withoutTag('localhost:5500/shop'), 'localhost:5500/shop');
    assert.equal(withoutTag('localhost:5500/shop:1@sha256:ab'), 'localhost:5500/shop');
  });

  it('the digest in the repository that the name names', () => {
    const image = {
      Id: 'sha256:1',
      RepoTags: null,
      RepoDigests: ['localhost:5500/a@sha256:aa', 'localhost:5500/b@sha256:bb', 'localhost:5500/b@sha256:cc'],
    };
    assert.equal(repoDigest('localhost:5500/b:1', image), 'localhost:5500/b@sha256:bb');
    assert.equal(repoDigest('localhost:5500/b@sha256:cc', image), 'localhost:5500/b@sha256:cc');
    assert.equal(repoDigest('local:1', image), 'localhost:5500/a@sha256:aa');
    assert.equal(repoDigest('local:1', { ...image, RepoDigests: null }), '');
  });
});

describe('plugins: registry logins', () => {
  const host = 'localhost:5500';

  it('an address with or without scheme and path is the same registry', () => {
    for (const address of [host, `http://${host}`, `https://${host}/v2/`]) assert.equal(registryHost(address), host);
    for (const address of ['docker.io', 'https://index.docker.io/v1/']) {
      assert.equal(registryHost(address), 'registry-1.docker.io');
    }
  });

  it('user name and password of the provider', () => {
    const logins = [{ address: `http://${host}`, username: 'anna', password: 'p' }];
    assert.deepEqual(loginFor(host, logins, machine()), { username: 'anna', password: 'p' });
  });

  it('none for a registry that the provider does not name, whatever config.json says', () => {
    const files = { '/home/anna/.docker/config.json': { auths: { [host]: { auth: base64('anna:p') } } } };
    assert.equal(loginFor(host, [{ address: 'ghcr.io', username: 'x' }], machine(files)), undefined);
  });

  const config = { auths: { [`https://${host}`]: { auth: base64('anna:p:q') } } };
  for (const [title, entry, where] of [
    [
      'config.json of DOCKER_CONFIG',
      {},
      machine({ '/etc/docks/config.json': config }, { DOCKER_CONFIG: '/etc/docks' }),
    ],
    ['config.json of the home folder', {}, machine({ '/home/anna/.docker/config.json': config })],
    ['configFile', { configFile: '~/mine.json' }, machine({ '/home/anna/mine.json': config })],
    ['configFileContent', { configFileContent: JSON.stringify(config) }, machine()],
  ] as const) {
    it(`the login of ${title}`, () => {
      const login = loginFor(host, [{ address: host, ...entry }], where);
      assert.deepEqual(login, { username: 'anna', password: 'p:q' });
    });
  }

  it('no such file: says so', () => {
    assert.throws(
      () => loginFor(host, [{ address: host }], machine()),
      /there is no \/home\/anna\/\.docker\/config\.json/,
    );
  });

  it('any login where authDisabled says so', () => {
    assert.ok(loginFor(host, [{ address: host, authDisabled: true }], machine())?.username);
  });

  it('goes to the engine in a header', () => {
    const { 'X-Registry-Auth': header = '' } = authHeader(host, { username: 'ä', password: 'p' });
    assert.deepEqual(JSON.parse(Buffer.from(header, 'base64url').toString()), {
      username: 'ä',
      password: 'p',
      serveraddress: host,
    });
    assert.deepEqual(authHeader(host, undefined), {});
    // An engine reads whole groups of four only.
    for (const password of ['p', 'pa', 'pas', 'pass']) {
      assert.equal((authHeader(host, { username: 'ann', password })['X-Registry-Auth'] ?? '').length % 4, 0);
    }
  });
});

describe("plugins: the docker provider's settings", () => {
  it('are refused by name', () => {
    const registryAuth = JSON.stringify([{ address: 'x', colour: 'red' }]);
    assert.deepEqual(
      settingsFailures({ host: 'unix:///a', sshOpts: '["-v"]', speed: 'high', registryAuth }).map(
        ({ property }) => property,
      ),
      ['speed', 'registryAuth[0].colour'],
    );
  });

  it('are secret where they hold a password, even when the program forgot to say so', () => {
    assert.deepEqual(secretSettings({ registryAuth: JSON.stringify([{ address: 'x', password: 'p' }]) }), [
      'registryAuth',
    ]);
    assert.deepEqual(secretSettings({ registryAuth: JSON.stringify([{ address: 'x' }]) }), []);
    assert.deepEqual(secretSettings({ keyMaterial: 'PEM' }), ['keyMaterial']);
  });
});
