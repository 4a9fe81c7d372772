import assert from 'node:assert/strict';
import type { StackFile } from '../../config/stack';
import { parseStacks } from '../../config/stacks';
import { externalPipeline } from '../../stacks/external-pipeline';
import { withRunRegistry } from '../../stacks/run-registry';
import type { PlatformConfig } from '../../config';
import { filesOf, projectSchema, type Project } from '../errors/project';
import { gitLabSample, harborVariables } from '../pipelines/gitlab-sample';
import { teamOfFour } from './team-of-four';

const registry = {
  kind: 'external',
  address: 'harbor.example.com/shop',
  url: 'https://harbor.example.com',
  stepsUrl: 'https://harbor.example.com',
};
const deployImage = {
  image: 'harbor.example.com/shop/sluice-deploy',
  tag: '0123456789ab',
  digest: `sha256:${'ab12'.repeat(16)}`,
};

const read = (project: Project, variables: Record<string, string> = {}): StackFile[] =>
  parseStacks(projectSchema, filesOf(project), variables);

function platformIn(stacks: readonly StackFile[]): StackFile & { config: PlatformConfig } {
  const [first] = stacks;
  assert.ok(first?.config.role === 'platform');
  return { ...first, config: first.config };
}

function way(project: Project) {
  const stacks = read(project);
  return externalPipeline('discounts', platformIn(stacks), stacks, { registry, deployImage });
}

describe('externalPipeline', () => {
  it('deploys the first environment by a push and all others by people, with variables where the stack file has them', () => {
    const variables = [...harborVariables, 'SSH_USER', 'SSH_PASSWORD'];
    assert.deepEqual(
      way(teamOfFour()),
      gitLabSample({
        targets: [
          { name: 'dev', deployOn: 'push', channel: 'dev', approval: false, onPlatformEngine: false, variables },
          { name: 'pilot', deployOn: 'manual', channel: 'pilot', approval: false, onPlatformEngine: false, variables },
          { name: 'stage', deployOn: 'manual', channel: 'stage', approval: false, onPlatformEngine: false, variables },
          {
            name: 'production',
            deployOn: 'manual',
            promotesFrom: 'stage',
            approval: true,
            onPlatformEngine: false,
            variables,
          },
        ],
      }),
    );
  });

  it('does as the stack files say: which environments a push deploys, channel, branch, tag, addresses', () => {
    const { platform, dev, pilot, ...rest } = teamOfFour();
    const described = way({
      ...rest,
      platform: {
        ...platform,
        registryHost: 'harbor.example.com',
        registryUsername: 'robot$shop',
        registryStepsUrl: 'http://harbor:8080',
        cleartext: 'accepted',
        repositories: { discounts: { project: 'shop/discounts', branch: 'trunk', tag: '2.x' } },
      },
      dev: { ...dev, deployOn: 'manual' },
      pilot: { ...pilot, deployOn: 'push', channel: 'next' },
    });
    assert.deepEqual(
      described.targets.map(({ name, deployOn }) => [name, deployOn]),
      [
        ['dev', 'manual'],
        ['pilot', 'push'],
        ['stage', 'manual'],
        ['production', 'manual'],
      ],
    );
    assert.deepEqual(
      [described.channels, described.environments, described.defaultBranch, described.tag],
      [['next'], ['pilot'], 'trunk', '2.x'],
    );
    assert.deepEqual(described.registry, { address: 'harbor.example.com/shop', endpoint: 'http://harbor:8080' });
    assert.equal(described.image, `harbor.example.com/shop/sluice-deploy@${deployImage.digest}`);
    assert.deepEqual(described.login, { username: 'robot$shop', password: '$HARBOR_PASSWORD' });
    assert.deepEqual(described.reservedTags, ['dev', 'next', 'pilot', 'production', 'stage']);
  });

  it('asks for no login where the registry has none', () => {
    const { platform, ...rest } = teamOfFour();
    const open = { ...platform, registryUsername: '', registryPassword: '' };
    assert.equal(way({ ...rest, platform: open }).login, undefined);
  });
});

describe('withRunRegistry', () => {
  const old = { username: 'robot', password: 'old' };
  const platform = { registry, registryLogins: { pull: old, push: old, delete: old } };
  const during = (variables: Record<string, string>) =>
    withRunRegistry(platform, platformIn(read(teamOfFour(), variables)));

  it('takes what the run was given in place of what the last update knew', () => {
    const login = { username: 'robot', password: 'new' };
    assert.deepEqual(during({ HARBOR_HOST: 'localhost:5000', HARBOR_USERNAME: 'robot', HARBOR_PASSWORD: 'new' }), {
      registry: {
        kind: 'external',
        address: 'localhost:5000/shop',
        url: 'http://localhost:5000',
        stepsUrl: 'http://localhost:5000',
      },
      registryLogins: { pull: login, push: login, delete: login },
    });
  });

  it('keeps to the last update where the run was given nothing, or half a login', () => {
    assert.deepEqual(during({}), platform);
    assert.deepEqual(during({ HARBOR_PASSWORD: 'new' }), platform);
    assert.deepEqual(withRunRegistry(platform, undefined), platform);
  });
});
