import assert from 'node:assert/strict';
import fc from 'fast-check';
import { buildQuery, gatewayConfig, readPath, readQuery, saveQuery } from '../../../clients/edge/gateway';

const settings = {
  registryAddress: 'localhost:5500',
  gitHost: 'sluice-git:3000',
  gitLogin: 'sluice-bot:s3cret',
  gitReader: 'maintainer:s3cret',
  pushRecord: ['activities/feeds', 'commits', 'pulls', 'pulls/[0-9]+/commits'],
  owner: 'sluice',
  drone: 'sluice-drone:80',
  registry: 'sluice-registry:5000',
};

describe("the gateway's rules for a build", () => {
  const query = new RegExp(buildQuery('localhost:5500'));

  it('let through what the docker client sends', () => {
    const sent = new URLSearchParams([
      ['buildargs', '{"BASE_IMAGE":"sluice/node:22"}'],
      ['cachefrom', '[]'],
      ['cgroupparent', ''],
      ['cpuperiod', '0'],
      ['dockerfile', '.dockerfile.1a2b'],
      ['forcerm', '1'],
      ['labels', '{"sluice.commit.message":"a&b=c d"}'],
      ['networkmode', 'default'],
      ['rm', '1'],
      ['shmsize', '0'],
      ['t', 'localhost:5500/discounts:4f5e'],
      ['target', 'test'],
      ['version', '1'],
    ]);
    assert.match(sent.toString(), query);
    assert.match('', query);
  });

  for (const [what, text] of [
    ['the host’s network', 'rm=1&networkmode=host'],
    ['another container’s network', 'networkmode=container%3Asluice-drone'],
    ['a network of the platform', 'networkmode=sluice-platform'],
    ['a name that the platform runs', 't=sluice%2Ftools%3A1'],
    ['a second name', 't=localhost%3A5500%2Fa&t=sluice%2Ftools'],
    ['a name spelt otherwise', '%74=sluice%2Ftools'],
    ['a registry that only begins alike', 't=localhost%3A5500.example.com%2Fa'],
    ['a context from elsewhere', 'remote=http%3A%2F%2Fexample.com'],
    ['host names', 'extrahosts=%5B%22sluice-drone%3A1.2.3.4%22%5D'],
    ['a group of processes', 'cgroupparent=system'],
    ['what is not known', 'privileged=1'],
  ] as const) {
    it(`refuse ${what}`, () => assert.doesNotMatch(text, query));
  }

  it('let through names below a registry’s namespace, and none beside it', () => {
    const below = new RegExp(buildQuery('harbor.example.com/shop'));
    assert.match('t=harbor.example.com%2Fshop%2Fdiscounts%3A4f5e', below);
    for (const other of ['other%2Fdiscounts', 'shop2%2Fdiscounts', 'discounts'])
      assert.doesNotMatch(`t=harbor.example.com%2F${other}`, below);
  });

  it('refuse every image name that does not begin with the registry', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), (name) => {
        fc.pre(!name.startsWith('localhost:5500/'));
        assert.doesNotMatch(`t=${encodeURIComponent(name)}`, query);
      }),
    );
  });
});

describe("the gateway's rules for reading an image", () => {
  const query = new RegExp(saveQuery('localhost:5500'));
  const asked = (name: string): string => new URLSearchParams([['names', name]]).toString();

  it('let through those that hold an artifact', () => {
    assert.match(asked('localhost:5500/discounts/artifact-app:4f5e-1.4.2_x'), query);
    assert.match(asked('harbor.example.com/shop/a/artifact-b:4f5e'), new RegExp(saveQuery('harbor.example.com/shop')));
  });

  for (const [what, text] of [
    ['one that is deployed', asked('localhost:5500/discounts:4f5e')],
    ['one of the platform', asked('sluice/tools:1')],
    ['one by its id', asked('sha256:4f5e')],
    ['one of a registry that only begins alike', asked('localhost:5500.example.com/a/artifact-b:1')],
    ['one more', `${asked('localhost:5500/a/artifact-b:1')}&names=sluice%2Ftools`],
    ['one by a name within a name', asked('localhost:5500/artifact-b:1/../x')],
    ['all', ''],
  ] as const) {
    it(`refuse ${what}`, () => assert.doesNotMatch(text, query));
  }
});

describe("the gateway's rules for reading who has pushed", () => {
  const path = new RegExp(readPath('sluice', settings.pushRecord));
  const query = new RegExp(readQuery);
  const below = '/api/v1/repos/sluice/discounts';

  it('let through what tells it', () => {
    for (const one of [`${below}/activities/feeds`, `${below}/pulls/7/commits`, '/api/v1/users/ann'])
      assert.match(one, path);
    for (const one of ['page=1', 'state=closed&limit=50&page=2', 'sha=4f5e&not=3f2a&stat=false&limit=50&page=1'])
      assert.match(one, query);
  });

  for (const [what, one] of [
    ['files', `${below}/contents/a`],
    ['hooks and their secrets', `${below}/hooks`],
    ['a repository of somebody else', '/api/v1/repos/ann/discounts/commits'],
    ['a way up', '/api/v1/repos/sluice/../commits'],
    ['a name in another spelling', '/api/v1/repos/sluice/%2e%2e/commits'],
    ['more of an account', '/api/v1/users/ann/tokens'],
    ['an account by a way up', '/api/v1/users/..'],
    ['accounts', '/api/v1/admin/users'],
  ] as const) {
    it(`refuse ${what}`, () => assert.doesNotMatch(one, path));
  }

  it('refuse to ask as somebody else, and what else a query could say', () => {
    for (const one of ['', 'sudo=ann', 'page=1&sudo=ann', 'page=1&access_token=a', 'sha=main&page=1', 'path=a&page=1'])
      assert.doesNotMatch(one, query);
  });

  it('let nothing through of a git host that keeps no such record, but whether there is an account', () => {
    assert.doesNotMatch(`${below}/commits`, new RegExp(readPath('sluice', [])));
    assert.match('/api/v1/users/ann', new RegExp(readPath('sluice', [])));
  });
});

describe("the gateway's configuration", () => {
  it('serves the registry only when that is the platform’s own', () => {
    assert.ok(gatewayConfig(settings).includes('frontend registry\n'));
    assert.ok(!gatewayConfig({ ...settings, registry: undefined }).includes('frontend registry'));
  });

  it('knows what is on Docker Hub by the name that a client asks with', () => {
    const push = (registryAddress: string): string =>
      /acl push .*\^(.*)\$'$/m.exec(gatewayConfig({ ...settings, registryAddress }))?.[1] ?? '';
    assert.match('/images/ann/discounts/push', new RegExp(`^${push('docker.io/ann')}$`));
    assert.doesNotMatch('/images/bob/discounts/push', new RegExp(`^${push('docker.io/ann')}$`));
    assert.match('/images/harbor.example.com/shop/discounts/push', new RegExp(`^${push('harbor.example.com/shop')}$`));
  });

  it('lets nothing through that no rule names', () => {
    const lines = gatewayConfig(settings).split('\n');
    for (const frontend of ['builder', 'git', 'drone-builds']) {
      const section = lines.slice(lines.indexOf(`frontend ${frontend}`));
      const rules = section.slice(
        0,
        section.findIndex((line) => line.startsWith('  default_backend')),
      );
      assert.equal(rules.filter((line) => line.includes('set-var(txn.allowed) bool(false)')).length, 1);
      const refusal = rules.find((line) => line.includes('return status 403'));
      assert.match(refusal ?? '', /return status 403 .* unless \{ var\(txn\.allowed\) -m bool \}$/);
      for (const rule of rules.filter((line) => line.includes('bool(true)')))
        assert.match(rule, / if (asks|does|METH_GET) \w+/);
    }
  });
});
