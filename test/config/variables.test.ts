import assert from 'node:assert/strict';
import fc from 'fast-check';
import { variableOf, variablesIn, type Variables } from '../../config/variables';
import { isEnvironment, type StackFile } from '../../config/stack';
import { parseStacks, refuseUnsetVariables } from '../../config/stacks';
import { filesOf, projectSchema, sample, type Project } from '../errors/project';
import { tells } from '../errors/told';

type Services = Record<string, Record<string, unknown>>;

function read(change: (project: ReturnType<typeof sample>) => unknown, variables: Variables): StackFile[] {
  const project: Project & ReturnType<typeof sample> = sample();
  change(project);
  return parseStacks(projectSchema, filesOf(project), variables);
}

const harbor = {
  registry: 'external',
  registryHost: '$HARBOR_HOST',
  registryUsername: '$HARBOR_USERNAME',
  registryPassword: '$HARBOR_PASSWORD',
};
const set = { HARBOR_HOST: 'harbor.example.com', HARBOR_USERNAME: 'robot$shop', HARBOR_PASSWORD: '$ECRET' };

describe('a config text $NAME', () => {
  it('is the value of the environment variable; a password in it stands in no file, and its own "$" is not read again', () => {
    const [platform] = read((project) => Object.assign(project.platform, harbor), set);
    assert.ok(platform?.config.role === 'platform');
    const { registryHost, registryUsername, registryPassword } = platform.config;
    assert.deepEqual([registryHost, registryUsername, registryPassword], Object.values(set));
    assert.doesNotThrow(() => refuseUnsetVariables([platform]));
  });

  it('is one below a key as well, and a number or a word where the schema wants that', () => {
    const stacks = read(
      ({ platform, staging }) => {
        Object.assign(platform, { gitHostPort: '$GIT_PORT' });
        Object.assign((staging['services'] as Services)['discounts'] ?? {}, {
          port: '$PORT',
          readOnly: '$READ_ONLY',
          cpus: '$CPUS',
        });
      },
      { GIT_PORT: '3001', PORT: '8190', READ_ONLY: 'false', CPUS: '2' },
    );
    assert.ok(stacks[0]?.config.role === 'platform');
    assert.equal(stacks[0].config.gitHostPort, 3001);
    const { port, readOnly, cpus } = stacks.filter(isEnvironment)[0]?.config.services['discounts'] ?? {};
    assert.deepEqual([port, readOnly, cpus], [8190, false, '2']);
  });

  it('is nothing but exactly that, and stays as it stands in env, a health check and a command', () => {
    for (const text of ['$name', '$5', '${NAME}', '$NAME-x', 'x$NAME', '$', '$$NAME', '$NAME\n', '$1A'])
      assert.equal(variableOf(text), undefined, text);
    const values = {
      services: {
        shop: { env: { PRICE: '$PRICE' }, health: { test: ['$TEST'] }, cpus: '$CPUS' },
        env: { cpus: '$ENV' },
      },
      gate: [{ command: ['sh', '-c', '$SCRIPT'], url: '$URL' }],
      watch: { checks: [{ command: ['$SCRIPT'] }] },
    };
    assert.deepEqual(
      variablesIn(values).map(({ name, path }) => `${name} ${path.join('.')}`),
      ['CPUS services.shop.cpus', 'ENV services.env.cpus', 'URL gate.0.url'],
    );
  });

  it('that is not set, or empty: which key, file and variable', () => {
    for (const variables of [{}, { HARBOR_HOST: '' }]) {
      const stacks = read((project) => Object.assign(project.platform, harbor), variables);
      assert.throws(() => refuseUnsetVariables(stacks), tells('unsetVariable'));
      assert.throws(() => refuseUnsetVariables(stacks), {
        message:
          'Pulumi.platform.yaml: sluice:registryHost is $HARBOR_HOST, but the environment variable HARBOR_HOST is not set',
        next: "set HARBOR_HOST in the CI's variables, or export it",
      });
      assert.doesNotThrow(() => refuseUnsetVariables(stacks.filter(isEnvironment)));
      assert.doesNotThrow(() => refuseUnsetVariables(stacks, 'images'));
    }
  });

  it('that is not set keeps nobody from looking, whatever it stands for', () => {
    const stacks = read(({ platform, staging, production }) => {
      Object.assign(platform, harbor, {
        registryStepsUrl: '$STEPS',
        bind: '$BIND',
        dronePort: '$PORT',
        engineSocket: '$SOCKET',
      });
      const shop = { image: '$IMAGE', port: '$SHOP_PORT', volumes: { '/data': '$VOLUME' }, strategy: 'recreate' };
      Object.assign(staging, { retain: '$RETAIN', services: { shop } });
      Object.assign(production, {
        gate: [{ name: 'a', type: 'prometheus', url: '$URL', query: '$QUERY', min: '$MIN' }],
      });
      Object.assign(production['services'] as Services, {
        discounts: { repository: 'discounts', port: 8081, readOnly: '$NO' },
      });
    }, {});
    assert.deepEqual(
      stacks.map(({ name, unset }) => [name, unset.length]),
      [
        ['platform', 7],
        ['staging', 4],
        ['production', 4],
      ],
    );
  });

  it('that says what the stacks are has to be set for every verb', () => {
    for (const key of ['promotesFrom', 'platform', 'role'])
      assert.throws(() => read(({ production }) => (production[key] = '$NAME'), {}), tells('unsetVariable'), key);
  });

  it('with a value that will not do: the variable is named, its value is not shown', () => {
    assert.throws(() => read(({ platform }) => (platform['gitHostPort'] = '$PORT'), { PORT: 'a secret' }), {
      message: `Pulumi.platform.yaml: sluice:gitHostPort must be a number, but is "$PORT", that environment variable's value`,
    });
  });

  it('is the same as its value written there', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z][a-z0-9.]{0,20}$/), (host) => {
        const by = (value: string) =>
          read((project) => Object.assign(project.platform, harbor, { registryHost: value }), {
            ...set,
            HARBOR_HOST: host,
          })[0]?.config;
        assert.deepEqual(by('$HARBOR_HOST'), by(host));
      }),
    );
  });
});
