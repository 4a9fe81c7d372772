import assert from 'node:assert/strict';
import { projectRoot } from '../../base/paths';
import { parseStacks, readStacks } from '../../config/stacks';
import { container, command, type Recorder } from '../components/mocks';
import { stdinOf } from '../components/platform-args';
import { filesOf, projectSchema, type Project } from '../errors/project';
import { declare, imageId } from './declared-platform';
import { shownOf, variablesOf } from './seen-platform';
import { teamOfFour } from './team-of-four';

/** The names of what was registered, by type, in the order of the alphabet. */
function namesByType({ resources }: Recorder): Record<string, string[]> {
  const types = [...new Set(resources.map(({ type }) => type))].sort();
  return Object.fromEntries(
    types.map((type) => [type, resources.flatMap((each) => (each.type === type ? [each.name] : [])).sort()]),
  );
}

describe('the platform of the stack files that Sluice comes with', () => {
  const declared = declare(readStacks(projectRoot));

  it('is these resources', async () => {
    const { recorder } = await declared;
    const actions = [
      ...['build-frontend', 'connect-drone', 'discounts-activate', 'discounts-create', 'discounts-seed'],
      ...['drone-application', 'drone-volume-owner', 'former-ledger', 'install-git-host', 'process-limit'],
    ];
    assert.deepEqual(namesByType(recorder), {
      'command:local:Command': actions,
      'docker:index/container:Container': [
        ...['drone', 'drone-front', 'gateway', 'git', 'pipelines', 'registry', 'registry-store', 'runner'],
      ],
      'docker:index/network:Network': ['network', 'registry', 'steps'],
      'docker:index/volume:Volume': ['drone', 'git', 'registry'],
      'random:index/randomPassword:RandomPassword': [
        ...['drone-cookie-secret', 'drone-database-secret', 'drone-rpc-secret', 'git-admin-password'],
        ...['git-internal-token', 'git-jwt-secret', 'git-machine-password', 'git-secret-key', 'ledger-key'],
        'pipelines-secret',
        ...['registry-delete-password', 'registry-http-secret', 'registry-pull-password', 'registry-push-password'],
      ],
      'sluice:index:Action': actions,
      'sluice:index:BuiltImage': ['build-frontend'],
      'sluice:index:Drone': ['drone'],
      'sluice:index:DroneRunner': ['runner'],
      'sluice:index:EmbeddedRegistry': ['registry'],
      'sluice:index:Gateway': ['gateway'],
      'sluice:index:Gitea': ['git-host'],
      'sluice:index:PipelineService': ['pipelines'],
      'sluice:index:Repository': ['discounts'],
    });
  });

  it('tells these outputs, of which the logins and the ledgers’ key alone are secret', async () => {
    const { outputs, secrets } = await declared;
    const registryLogin = (role: string) => ({
      username: `sluice-${role}`,
      password: `value of registry-${role}-password`,
    });
    const people = { username: 'maintainer', password: 'value of git-admin-password' };
    assert.deepEqual(outputs, {
      instance: 'sluice',
      network: 'sluice-platform',
      bind: '127.0.0.1',
      engineSocket: '/var/run/docker.sock',
      registry: {
        kind: 'embedded',
        address: 'localhost:5500',
        url: 'http://localhost:5500',
        stepsUrl: 'http://sluice-gateway:5000',
      },
      registryLogins: { pull: registryLogin('pull'), push: registryLogin('push'), delete: registryLogin('delete') },
      gitHost: {
        kind: 'gitea',
        url: 'http://localhost:3000',
        stepsUrl: 'http://sluice-gateway:3000',
        container: 'sluice-git',
      },
      gitLogin: people,
      drone: { url: 'http://localhost:3080', stepsUrl: 'http://sluice-gateway:3080' },
      droneLogin: { ...people, token: 'token-1' },
      repositories: {
        discounts: { cloneUrl: 'http://g/shop/discounts.git', webUrl: 'http://g/shop/discounts' },
      },
      images: { frontend: { image: 'localhost:5500/frontend', digest: 'sha256:1', revision: 'c0ffee' } },
      toolImages: { edge: 'edge:1', tools: 'tools:1' },
      ledgers: { key: 'value of ledger-key' },
      ci: 'drone',
      deployImage: null,
      edgeImage: null,
    });
    assert.deepEqual(secrets, ['registryLogins', 'gitLogin', 'droneLogin', 'ledgers']);
  });

  it('gives the repository a pipeline that leads through both environments, on this engine and from this home', async () => {
    const { recorder } = await declared;
    const { SLUICE_PIPELINES, SLUICE_TOOLS_IMAGE, SLUICE_ARCH } = variablesOf(recorder, 'pipelines');
    assert.deepEqual(JSON.parse(SLUICE_PIPELINES ?? ''), [
      {
        instance: 'sluice',
        stack: 'platform',
        repository: 'sluice/discounts',
        cloneUrl: 'http://sluice-gateway:3000/sluice/discounts.git',
        source: 'http://localhost:3000/sluice/discounts',
        defaultBranch: 'main',
        service: 'discounts',
        registry: { address: 'localhost:5500', endpoint: 'http://sluice-gateway:5000' },
        channels: ['staging'],
        environments: ['staging', 'production'],
        approvals: [],
        toolsImage: imageId('tools:1'),
        builder: 'tcp://sluice-gateway:2375',
        engineSocket: '/var/run/docker.sock',
        home: '/home/shop/sluice',
        platform: { os: 'linux', arch: 'arm64' },
        buildArguments: { BASE_IMAGE: 'node:1' },
      },
    ]);
    assert.deepEqual([SLUICE_TOOLS_IMAGE, SLUICE_ARCH], [imageId('tools:1'), 'arm64']);
  });

  it('builds an image by the hash of its folder, and seeds the repository with its folder and a pipeline to read', async () => {
    const { recorder } = await declared;
    const { source, contentHash, baseImage, repository } = stdinOf(recorder.inputs(command, 'build-frontend'));
    assert.deepEqual(
      { source, contentHash, baseImage, repository },
      {
        source: 'storedog/frontend',
        contentHash: 'hash of storedog/frontend',
        baseImage: 'node:1',
        repository: 'localhost:5500/frontend',
      },
    );
    const { folder, files } = stdinOf(recorder.inputs(command, 'discounts-seed'));
    assert.equal(folder, 'storedog/discounts');
    assert.deepEqual(Object.keys(files as object), ['.drone.yml']);
  });

  it('limits the processes of every container', async () => {
    const { recorder } = await declared;
    const containers = recorder.resources.filter(({ type }) => type === container).map(({ name }) => `${name}-id`);
    const limited = stdinOf(recorder.inputs(command, 'process-limit'))['containers'] as string[];
    assert.deepEqual([...limited].sort(), containers.sort());
  });

  it('shows no password in what runs, nor in what actions are given', async () => {
    const { recorder } = await declared;
    const shown = shownOf(recorder);
    assert.match(shown, /"secret"/);
    assert.deepEqual([...shown.matchAll(/value of [\w-]+/g)].flat(), []);
  });
});

describe('a platform whose CI server is elsewhere', () => {
  const variables = {
    HARBOR_HOST: 'harbor.example.com',
    HARBOR_USERNAME: 'robot',
    HARBOR_PASSWORD: 'pa55',
    SSH_USER: 'deploy',
    SSH_PASSWORD: 'to-log-in',
    SSH_KEY: 'key-to-log-in',
  };
  const filesFor = (project: Project) => parseStacks(projectSchema, filesOf(project), variables);

  it('is the check of the registry, the image of its jobs, and the key of its ledgers', async () => {
    const { recorder } = await declare(filesFor(teamOfFour()));
    const actions = ['check-registry', 'deploy-image', 'former-ledger'];
    assert.deepEqual(namesByType(recorder), {
      'command:local:Command': actions,
      'random:index/randomPassword:RandomPassword': ['ledger-key', 'registry-check-key'],
      'sluice:index:Action': actions,
      'sluice:index:ExternalRegistry': ['registry'],
      'sluice:index:PublishedImage': ['deploy-image'],
    });
    const { image, tag, repository } = stdinOf(recorder.inputs(command, 'deploy-image'));
    assert.deepEqual([image, tag, repository], ['tools:1', 'a'.repeat(12), 'harbor.example.com/shop/sluice-deploy']);
    assert.doesNotMatch(shownOf(recorder), /pa55/);
  });

  it('tells these outputs, of which the logins and the ledgers’ key alone are secret', async () => {
    const printed = { image: 'harbor.example.com/shop/sluice-deploy', tag: 'a'.repeat(12), digest: 'sha256:1' };
    const { outputs, secrets } = await declare(filesFor(teamOfFour()), { 'deploy-image': printed });
    const login = { username: 'robot', password: 'pa55' };
    assert.deepEqual(outputs, {
      instance: 'shop',
      network: null,
      bind: '127.0.0.1',
      engineSocket: '/var/run/docker.sock',
      registry: {
        kind: 'external',
        address: 'harbor.example.com/shop',
        url: 'https://harbor.example.com',
        stepsUrl: 'https://harbor.example.com',
      },
      registryLogins: { pull: login, push: login, delete: login },
      gitHost: null,
      gitLogin: null,
      drone: null,
      droneLogin: null,
      repositories: { discounts: { cloneUrl: null, webUrl: null } },
      images: {},
      toolImages: { edge: 'edge:1', tools: 'tools:1' },
      ledgers: { key: 'value of ledger-key' },
      ci: 'gitlab',
      deployImage: printed,
      edgeImage: null,
    });
    assert.deepEqual(secrets, ['registryLogins', 'ledgers']);
  });

  it('publishes the edge for an environment on another machine’s engine', async () => {
    const { pilot: composed, ...team } = teamOfFour();
    const { sshPassword, ...pilot } = composed;
    assert.equal(sshPassword, '$SSH_PASSWORD');
    const { recorder } = await declare(
      filesFor({
        ...team,
        dev: { services: { discounts: { repository: 'discounts', port: 8080 } } },
        pilot: { ...pilot, target: { ...Object(pilot['target']), kind: 'ssh-docker' }, sshPrivateKey: '$SSH_KEY' },
      }),
    );
    const { image, tag, repository } = stdinOf(recorder.inputs(command, 'edge-image'));
    assert.deepEqual([image, tag, repository], ['edge:1', 'e'.repeat(12), 'harbor.example.com/shop/sluice-edge']);
  });
});
