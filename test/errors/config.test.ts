import assert from 'node:assert/strict';
import { UserError } from '../../base/errors';
import { filesOf, parseFiles, parseProject, sample, type Project } from './project';
import type { SituationName } from './table';
import { tells } from './told';

type Services = Record<string, Record<string, unknown>>;

/** The sample with something wrong in it. */
function wrong(change: (project: ReturnType<typeof sample>) => unknown): () => unknown {
  const project = sample();
  change(project);
  return () => parseProject(project);
}

/** As {@link wrong}, in one service of staging. */
function wrongService(values: Record<string, unknown>): () => unknown {
  return wrong(({ staging }) => Object.assign((staging['services'] as Services)['discounts'] ?? {}, values));
}

function text(name: SituationName, run: () => unknown, message: string): void {
  assert.throws(run, (error: UserError) => {
    assert.equal(error.message, message);
    return tells(name)(error);
  });
}

/** What people write wrongly in a stack file, and what they read then, before anything else happens. */
describe('wrong config', () => {
  it('the sample itself is right', () => {
    assert.deepEqual(
      parseProject(sample()).map(({ name }) => name),
      ['platform', 'staging', 'production'],
    );
  });

  it('a misspelt key: the nearest right one', () => {
    assert.throws(
      wrong(({ production }) => (production['promoteFrom'] = 'staging')),
      tells('misspeltKey'),
    );
  });

  it('a misspelt key in a service, its health check, a gate’s check and a repository: the nearest right one there', () => {
    const said = (where: string, key: string, right: string) =>
      `Pulumi.${where.split(' ')[0]}.yaml: sluice:${where.split(' ')[1]} has an unknown key "${key}"; did you mean "${right}"?`;
    assert.throws(wrongService({ prot: 1 }), tells('misspeltNestedKey'));
    text(
      'misspeltNestedKey',
      wrongService({ port: undefined, prot: 8181 }),
      said('staging services.discounts', 'prot', 'port'),
    );
    text(
      'misspeltNestedKey',
      wrongService({ health: { tets: ['x'] } }),
      said('staging services.discounts.health', 'tets', 'test'),
    );
    text(
      'misspeltNestedKey',
      wrong(({ production }) => (production['gate'] = [{ name: 'a', type: 'http', service: 'discounts', pth: '/' }])),
      said('production gate.0', 'pth', 'path'),
    );
    text(
      'misspeltNestedKey',
      wrong(({ platform }) => (platform['repositories'] = { discounts: { source: 'a', brnach: 'main' } })),
      said('platform repositories.discounts', 'brnach', 'branch'),
    );
  });

  it('a key that is like no other: all there are', () => {
    assert.throws(wrongService({ xxxxxxxxxx: 1 }), {
      message: /services\.discounts has an unknown key "xxxxxxxxxx"; it may have repository, build, image, port, /,
    });
  });

  it('a misspelt "sluice:", which Pulumi would pass over', () => {
    const files = { ...filesOf(sample()), production: 'config:\n  sluise:gate: []\n' };
    text(
      'misspeltNamespace',
      () => parseFiles(files),
      'Pulumi.production.yaml: sluise:gate is no config key; did you mean "sluice:gate"?',
    );
    assert.doesNotThrow(() => parseFiles({ ...files, production: 'config:\n  docker:host: x\n' }));
  });

  it('a value of the wrong type: what it must be and what it is', () => {
    const port = 'Pulumi.staging.yaml: sluice:services.discounts.port must be a';
    assert.throws(wrongService({ port: 'eighty' }), tells('wrongType'));
    text('wrongType', wrongService({ port: 'eighty' }), `${port} number, but is "eighty"`);
    text('wrongType', wrongService({ port: 80.5 }), `${port} whole number, but is 80.5`);
    assert.throws(wrongService({ port: 0 }), { message: /\.port must be at least 1, but is 0$/ });
    text(
      'wrongType',
      wrong(({ platform }) => (platform['gitHostPort'] = 'x')),
      'Pulumi.platform.yaml: sluice:gitHostPort must be a number, but is "x"',
    );
    text(
      'wrongType',
      wrong(({ staging }) => (staging['services'] = ['discounts'])),
      'Pulumi.staging.yaml: sluice:services must be a mapping of names to values, but is a list',
    );
  });

  it('a word that is not among those that would do: the nearest', () => {
    assert.throws(wrongService({ strategy: 'recraete' }), {
      message: /must be one of start-first, recreate, but is "recraete"; did you mean "recreate"\?$/,
    });
    assert.throws(
      wrong(({ staging }) => (staging['role'] = 'enviroment')),
      {
        message: /sluice:role must be one of platform, environment, but is "enviroment"; did you mean "environment"\?$/,
      },
    );
  });

  it('no YAML: where', () => {
    assert.throws(() => parseFiles({ ...filesOf(sample()), staging: 'config:\n  a: [1\n' }), tells('noYaml'));
  });

  it('an alias inside its own value, and nesting without end: no YAML either', () => {
    const circle = 'config:\n  sluice:services: &a\n    shop: *a\n';
    text(
      'noYaml',
      () => parseFiles({ ...filesOf(sample()), staging: circle }),
      'Pulumi.staging.yaml is no YAML: an alias stands inside the value that it names',
    );
    const deep = `config: ${'['.repeat(20_000)}`;
    assert.throws(() => parseFiles({ ...filesOf(sample()), staging: deep }), {
      message: /^Pulumi\.staging\.yaml is no YAML: /,
    });
  });

  it('a name that would mean another one in an address', () => {
    assert.throws(
      wrong(({ staging }) => (staging['services'] = { 'xn--a': { repository: 'discounts', port: 1 } })),
      { message: /sluice:services\.xn--a: the name must not begin with "xn--"/ },
    );
  });

  it('a secret in a stack file is no error, wherever text may stand', () => {
    assert.doesNotThrow(wrongService({ env: { TOKEN: { secure: 'v1:abc' } } }));
  });

  it('a type of check that does not exist', () => {
    assert.throws(
      wrong(({ production }) => (production['gate'] = [{ name: 'a', type: 'browsr' }])),
      tells('unknownCheckType'),
    );
  });

  it('a scenario that does not exist', () => {
    assert.throws(
      wrong(({ production }) => (production['gate'] = [{ name: 'a', type: 'browser', scenario: 'checks/none.ts' }])),
      tells('noScenario'),
    );
  });

  it('two checks of one name', () => {
    const check = { name: 'a', type: 'command', command: ['true'] };
    assert.throws(
      wrong(({ production }) => (production['gate'] = [check, check])),
      {
        message: 'Pulumi.production.yaml: sluice:gate has two checks with the name "a"',
      },
    );
  });

  it('a check of a service that the tested environment does not have', () => {
    assert.throws(
      wrong(({ production }) => (production['gate'] = [{ name: 'a', type: 'http', service: 'discount', path: '/' }])),
      {
        message:
          'Pulumi.production.yaml: sluice:gate.0.service: there is no service of staging "discount"; did you mean "discounts"?',
      },
    );
  });

  it('a watch’s check of a service that the environment itself does not have', () => {
    const checks = [{ name: 'a', type: 'http', service: 'front', path: '/' }];
    assert.throws(
      wrong(({ production }) => (production['watch'] = { seconds: 10, checks })),
      {
        message:
          'Pulumi.production.yaml: sluice:watch.checks.0.service: there is no service of production "front"; did you mean "frontend"?',
      },
    );
  });

  it('environments in a circle', () => {
    assert.throws(
      wrong(({ staging }) => (staging['promotesFrom'] = 'production')),
      tells('circle'),
    );
    assert.throws(
      wrong(({ production }) => (production['promotesFrom'] = 'production')),
      tells('circle'),
    );
  });

  it('an upstream that does not exist, or is a platform', () => {
    assert.throws(
      wrong(({ production }) => (production['promotesFrom'] = 'stagin')),
      tells('unknownUpstream'),
    );
    assert.throws(
      wrong(({ production }) => (production['promotesFrom'] = 'platform')),
      {
        message: 'Pulumi.production.yaml: sluice:promotesFrom names "platform", which is a platform and no environment',
      },
    );
  });

  it('a platform that does not exist', () => {
    assert.throws(
      wrong(({ staging }) => (staging['platform'] = 'platfrom')),
      tells('unknownPlatform'),
    );
  });

  it('a repository or build that the platform does not have', () => {
    assert.throws(wrongService({ repository: 'discount' }), tells('unknownSource'));
    assert.throws(wrongService({ repository: undefined, build: 'backend' }), tells('unknownSource'));
  });
});

describe('a port that is given twice', () => {
  const withPort = (stack: string, key: string, value: unknown) => (project: Project) =>
    Object.assign(project[stack] ?? {}, { [key]: value });

  it('in one environment', () => {
    assert.throws(wrongService({ port: 8180 }), tells('samePort'));
  });

  it('in two environments', () => {
    text(
      'samePortElsewhere',
      wrongService({ port: 8081 }),
      'port 8081 is given twice: to sluice:services.discounts.port in Pulumi.staging.yaml and to ' +
        'sluice:services.discounts.port in Pulumi.production.yaml',
    );
  });

  it('to an environment and the platform, and to two parts of the platform', () => {
    assert.throws(wrongService({ port: 3080 }), tells('samePortElsewhere'));
    assert.throws(wrong(withPort('platform', 'dronePort', 3000)), tells('samePortElsewhere'));
  });

  it('is no mistake on two addresses, and one where an address is every address', () => {
    const both = (bind: string) => () => {
      const project = sample();
      withPort('production', 'bind', bind)(project);
      Object.assign((project.staging['services'] as Services)['discounts'] ?? {}, { port: 8081 });
      return parseProject(project);
    };
    assert.doesNotThrow(both('192.0.2.1'));
    assert.doesNotThrow(both('::1'));
    assert.throws(both('0.0.0.0'), tells('samePortElsewhere'));
    assert.throws(both('127.0.0.1'), tells('samePortElsewhere'));
  });
});
