import assert from 'node:assert/strict';
import { projectRoot } from '../../base/paths';
import { parseStacks, readStacks } from '../../config/stacks';
import type { PipelineDescription } from '../../pipelines/description';
import { container, command, randomPassword, type Recorder } from '../components/mocks';
import { plain, readable, stdinOf } from '../components/platform-args';
import { filesOf, projectSchema, type Project } from '../errors/project';
import { declare, imageId } from './declared-platform';
import { teamOfFour } from './team-of-four';

/** The names of what was registered, by type, in the order of the alphabet. */
function namesByType({ resources }: Recorder): Record<string, string[]> {
  const types = [...new Set(resources.map(({ type }) => type))].sort();
  return Object.fromEntries(
    types.map((type) => [type, resources.flatMap((each) => (each.type === type ? [each.name] : [])).sort()]),
  );
}

/** What the state shows to everybody of what runs and of what actions are given. */
function shownOf({ resources }: Recorder): string {
  return JSON.stringify(
    resources.filter(({ type }) => type === container || type === command).map(({ inputs }) => readable(inputs)),
  );
}

/** The variables of a container, by name. */
function variablesOf(recorder: Recorder, name: string): Record<string, string> {
  const envs = plain(recorder.inputs(container, name)['envs']) as string[];
  return Object.fromEntries(envs.map((env) => [env.slice(0, env.indexOf('=')), env.slice(env.indexOf('=') + 1)]));
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

  it('gives deploy steps the folder of a state that is not in this home', async () => {
    const { recorder } = await declare(readStacks(projectRoot), {}, 'file:///mnt/state');
    const { SLUICE_PIPELINES = '' } = variablesOf(recorder, 'pipelines');
    const [{ home, state } = {}] = JSON.parse(SLUICE_PIPELINES) as { home?: string; state?: string }[];
    assert.deepEqual([home, state], ['/home/shop/sluice', '/mnt/state']);
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

describe('the ledgers of a platform', () => {
  const given = {
    ...{ HARBOR_HOST: 'h.example.com', HARBOR_USERNAME: 'r', HARBOR_PASSWORD: 'x' },
    ...{ SSH_USER: 'd', SSH_PASSWORD: 'x' },
  };
  const files = (store: string) =>
    parseStacks(
      projectSchema,
      filesOf({ ...teamOfFour(), platform: { ...teamOfFour().platform, ...(store === '' ? {} : { store }) } }),
      given,
    );
  const ledgersOf = async (store: string, backend?: string) =>
    (await declare(files(store), {}, backend)).outputs['ledgers'];
  const key = 'value of ledger-key';

  it('are in the store beside the state, in the one that config names, or on machines where neither can be', async () => {
    for (const backend of [undefined, 's3://bucket', 'file:///var/state']) {
      assert.deepEqual(await ledgersOf('', backend), { key });
    }
    const { outputs, secrets } = await declare(files(''), {}, 'https://api.pulumi.com');
    assert.deepEqual(outputs['ledgers'], { key, onMachines: true });
    // Nor can the stack files be in a store: the state has them.
    assert.equal(outputs['stackFiles'], Buffer.from('files of platform').toString('base64'));
    assert.ok(secrets.includes('stackFiles'));
    for (const backend of [undefined, 'https://api.pulumi.com']) {
      assert.deepEqual(await ledgersOf('s3://bucket', backend), { key, store: 's3://bucket' });
    }
  });

  it('are entered by pipelines with the login of whoever brings the platform up, which nothing shows', async () => {
    const variables = { AWS_ACCESS_KEY_ID: 'AKIA1', AWS_SECRET_ACCESS_KEY: 'key-to-keep', AWS_REGION: 'eu-central-1' };
    const { recorder } = await declare(readStacks(projectRoot), {}, 's3://state/team', variables);
    const [pipeline] = JSON.parse(
      variablesOf(recorder, 'pipelines')['SLUICE_PIPELINES'] ?? '',
    ) as PipelineDescription[];
    assert.deepEqual(pipeline?.stateVariables, { PULUMI_BACKEND_URL: 's3://state/team', AWS_REGION: 'eu-central-1' });
    assert.deepEqual(pipeline.stateSecrets, ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY']);
    const secrets = stdinOf(recorder.inputs(command, 'discounts-activate'))['secrets'] as {
      name: string;
      data: string;
    }[];
    assert.deepEqual(secrets.slice(2), [
      { name: 'state_aws_access_key_id', data: 'AKIA1' },
      { name: 'state_aws_secret_access_key', data: 'key-to-keep' },
    ]);
    assert.doesNotMatch(shownOf(recorder), /AKIA1|key-to-keep/);
  });

  it('are on a machine that config names, with its login, which nothing shows', async () => {
    const hostKey = `ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI${'A'.repeat(43)}`;
    const store = 'ssh://deploy@store.example.com/srv/sluice';
    const { platform, ...team } = teamOfFour();
    const own = { ...platform, store, storeHostKey: hostKey, sshPassword: '$STORE_PASSWORD' };
    const { recorder, outputs, secrets } = await declare(
      parseStacks(projectSchema, filesOf({ ...team, platform: own }), { ...given, STORE_PASSWORD: 'to-keep' }),
    );
    assert.deepEqual(outputs['ledgers'], { key, store, storeLogin: { hostKey, password: 'to-keep' } });
    assert.ok(secrets.includes('ledgers'));
    assert.deepEqual(stdinOf(recorder.inputs(command, 'former-ledger'))['ledger'], outputs['ledgers']);
    assert.doesNotMatch(shownOf(recorder), /to-keep/);
  });

  it('have a key of 256 bits, which its id does not tell', async () => {
    const { recorder } = await declare(files(''));
    const { length, special } = recorder.inputs(randomPassword, 'ledger-key');
    assert.deepEqual([length, special], [43, false]);
  });

  it('have a key that an update by a program without it can’t delete; nothing else is protected', async () => {
    assert.deepEqual((await declare(files(''))).recorder.protected, ['ledger-key']);
    assert.deepEqual((await declare(readStacks(projectRoot))).recorder.protected, ['ledger-key']);
  });

  it('are there when what an older version has kept was taken over, which is asked once', async () => {
    const { recorder } = await declare(files(''));
    const { stdin, create, triggers } = recorder.inputs(command, 'former-ledger');
    assert.deepEqual(plain([create, triggers]), [
      'node actions/run.cjs import-ledger',
      ['{"container":"shop-ledger"}'],
    ]);
    assert.deepEqual(stdinOf({ stdin }), { container: 'shop-ledger', ledger: { key } });
  });
});
