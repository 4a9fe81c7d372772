import * as assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { parse, parseAllDocuments } from 'yaml';
import { UserError } from '../../base/errors';
import { projectRoot } from '../../base/paths';
import { dronePipelines } from '../../pipelines/drone';
import { assertStages } from '../../pipelines/steps/artifacts';
import { isEnvironment, type StackFile } from '../../config/stack';
import { readStacks } from '../../config/stacks';
import { routeOf, type RepositoryRoute } from '../../stacks/route';
import { sample, valueIn } from '../pipelines/sample';
import { addExample, examplesFolder, stackFiles } from './add-example';

const examples = fs.readdirSync(examplesFolder).sort();
/** Those that take the place of the shipped project; all others are added to it. */
const whole = ['gitlab-harbor', 'ssh-docker'];

let folder: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'sluice-examples-'));
  for (const file of ['Pulumi.yaml', ...stackFiles(projectRoot)]) {
    fs.copyFileSync(path.join(projectRoot, file), path.join(folder, file));
  }
});
afterEach(() => {
  fs.rmSync(folder, { recursive: true, force: true });
});

/** What `config set --secret` writes. */
function setPassword(): void {
  const file = path.join(folder, 'Pulumi.platform.yaml');
  fs.appendFileSync(file, '  sluice:registryPassword:\n    secure: v1:x:y\nencryptionsalt: v1:z\n');
}

/** The ways of all repositories of the platform. */
function routes(stacks: readonly StackFile[]): Record<string, RepositoryRoute> {
  const [platform] = stacks;
  assert.ok(platform?.config.role === 'platform');
  return Object.fromEntries(
    Object.entries(platform.config.repositories).map(([name, { branch }]) => [name, routeOf(name, branch, stacks)]),
  );
}

/** A step, as far as it is looked at here. */
interface StepSettings {
  name: string;
  command: string[];
}

/** The steps that a push to the default branch runs, in both of its pipelines. */
function delivering(changes: Parameters<typeof sample>[0]): StepSettings[] {
  const documents = parseAllDocuments(dronePipelines(sample(changes))).slice(0, 2);
  return documents.flatMap((document) => (document.toJS() as { steps: StepSettings[] }).steps);
}

/** Their names on a way. */
function stepsOf({ channels, environments }: RepositoryRoute): string[] {
  return delivering({ channels, environments }).map(({ name }) => name);
}

const shop = { channels: ['staging'], environments: ['staging', 'production'], approvals: [] };
const guestbook = {
  channels: ['guestbook-staging'],
  environments: ['guestbook-staging', 'guestbook-production'],
  approvals: [],
};
const blog = { channels: ['blog-staging'], environments: ['blog-staging', 'blog-production'], approvals: [] };

describe('an example of configuration', () => {
  for (const name of examples) {
    it(`${name} is told of in its README.md and in the project's`, () => {
      const own = fs.readFileSync(path.join(examplesFolder, name, 'README.md'), 'utf8');
      for (const file of stackFiles(path.join(examplesFolder, name))) assert.ok(own.includes(file), file);
      const all = fs.readFileSync(path.join(projectRoot, 'README.md'), 'utf8');
      assert.ok(all.includes(`(docs/examples/${name})`));
    });

    if (whole.includes(name)) continue;

    it(`${name} changes the shipped files and nothing that is not needed`, () => {
      addExample(folder, name);
      for (const file of stackFiles(path.join(examplesFolder, name))) {
        const added: unknown = parse(fs.readFileSync(path.join(folder, file), 'utf8'));
        assert.deepEqual(added, parse(fs.readFileSync(path.join(examplesFolder, name, file), 'utf8')));
        const shipped = path.join(projectRoot, file);
        if (fs.existsSync(shipped)) assert.notDeepEqual(added, parse(fs.readFileSync(shipped, 'utf8')));
      }
    });
  }

  it('frontend-in-the-pipeline gives the frontend the way of the discounts', () => {
    addExample(folder, 'frontend-in-the-pipeline');
    assert.deepEqual(routes(readStacks(folder)), { discounts: shop, frontend: shop });
    assert.deepEqual(stepsOf(shop), ['clone', 'test', 'build', 'push', 'deploy staging', 'deploy production']);
  });

  it('dev-in-front-of-staging puts dev first: it alone follows a channel', () => {
    addExample(folder, 'dev-in-front-of-staging');
    const way = { channels: ['dev'], environments: ['dev', 'staging', 'production'], approvals: [] };
    assert.deepEqual(routes(readStacks(folder)), { discounts: way });
    assert.deepEqual(stepsOf(way).slice(4), ['deploy dev', 'deploy staging', 'deploy production']);
  });

  it('second-app has a way of its own and leaves the shop’s as it was', () => {
    addExample(folder, 'second-app');
    assert.deepEqual(routes(readStacks(folder)), { discounts: shop, 'blog-api': blog, 'blog-web': blog });
  });

  it('artifacts tells the steps of a file that the sample’s Dockerfile has in a stage of that name', () => {
    addExample(folder, 'artifacts');
    const [platform] = readStacks(folder);
    assert.ok(platform?.config.role === 'platform');
    const { source = '', artifacts = {} } = platform.config.repositories['discounts'] ?? {};
    const told = { codes: { stage: 'source', path: '/app/data/discounts.json', mediaType: 'application/json' } };
    for (const step of delivering({ artifacts }).filter(({ name }) => ['build', 'push'].includes(name))) {
      assert.deepEqual(JSON.parse(valueIn(step, 'SLUICE_ARTIFACTS') ?? ''), told, step.name);
    }
    const dockerfile = fs.readFileSync(path.join(projectRoot, source, 'Dockerfile'), 'utf8');
    assertStages({ service: 'discounts', sources: artifacts }, dockerfile);
    assert.match(dockerfile, /AS source\nWORKDIR \/app\n(COPY .*\n)*COPY data \.\/data\n/);
    assert.ok(fs.existsSync(path.join(projectRoot, source, 'data/discounts.json')));
  });

  it('external-registry asks for the password, by the command that sets it, and then is complete', () => {
    addExample(folder, 'external-registry');
    assert.throws(
      () => readStacks(folder),
      new UserError(
        'Pulumi.platform.yaml: sluice:registryUsername needs sluice:registryPassword',
        './sluice pulumi config set --secret sluice:registryPassword -s platform',
      ),
    );
    setPassword();
    assert.deepEqual(routes(readStacks(folder)), { discounts: shop });
  });

  it('compose has the services of a compose file, with what the stack files say of them over it', () => {
    addExample(folder, 'compose');
    const stacks = readStacks(folder);
    assert.deepEqual(routes(stacks), { discounts: shop, guestbook });
    const [staging, production] = stacks
      .filter(isEnvironment)
      .filter(({ name }) => guestbook.environments.includes(name))
      .map(({ config }) => config.services);
    assert.deepEqual(staging?.['web'], {
      repository: 'guestbook',
      port: 8290,
      containerPort: 3000,
      innerPort: true,
      env: { STORE: 'store:7000', TITLE: 'Guestbook' },
      memory: 1024,
      health: { test: ['CMD', 'node', 'src/healthy.js'], intervalSeconds: 2, timeoutSeconds: 10, retries: 3 },
      healthySeconds: 60,
      stopGraceSeconds: 10,
      readOnly: false,
      volumes: {},
      strategy: 'start-first',
      init: true,
      files: { '/app/greeting.txt': { content: 'Who was here?\n', mode: '0644' } },
      dependsOn: { store: 'healthy' },
    });
    assert.deepEqual([staging['store']?.build, staging['store']?.port], ['guestbook-store', undefined]);
    assert.deepEqual(staging['store']?.volumes, { '/data': 'entries' });
    assert.deepEqual(production?.['web'], { ...staging['web'], port: 8291 });
    assert.deepEqual(production['store'], staging['store']);
  });

  it('github-ghcr deploys two environments after a push, the second one with gate and approval, and one by hand', () => {
    addExample(folder, 'github-ghcr');
    const environments = readStacks(folder)
      .filter(isEnvironment)
      .filter(({ config }) => config.platform === 'team');
    assert.deepEqual(
      environments.map(({ name, config }) => [name, config.deployOn, config.promotesFrom, config.target.kind]),
      [
        ['team-dev', '', '', 'compose-ssh'],
        ['team-pilot', '', '', 'compose-ssh'],
        ['team-production', 'push', 'team-dev', 'compose-ssh'],
      ],
    );
    const { gate } = environments.at(-1)?.config ?? {};
    assert.deepEqual(
      [gate?.checks.map(({ name }) => name), gate?.approval],
      [['health'], { expiresHours: 72, approvers: ['github:ann', 'github:bob'] }],
    );
  });

  it('goes together with the others that are added to the shipped project, without two services on one port', () => {
    for (const name of examples.filter((each) => !whole.includes(each))) addExample(folder, name);
    setPassword();
    // The example of dev stands on the shipped files, in which the platform builds the frontend.
    const dev = path.join(folder, 'Pulumi.dev.yaml');
    fs.writeFileSync(dev, fs.readFileSync(dev, 'utf8').replace('build: frontend', 'repository: frontend'));
    const stacks = readStacks(folder);
    const ports = stacks
      .filter(isEnvironment)
      // A compose project has the ports of its own machine.
      .filter(({ config }) => config.target.kind === 'engine')
      .flatMap(({ config }) => Object.values(config.services).flatMap((s) => s.port ?? []));
    assert.equal(new Set(ports).size, ports.length);
    assert.deepEqual(
      stacks.map(({ name }) => name),
      [
        ...['platform', 'team', 'blog-staging', 'blog-production', 'dev', ...guestbook.environments],
        ...['staging', 'production', 'team-dev', 'team-pilot', 'team-production'],
      ],
    );
  });
});

describe('the services of the examples', () => {
  for (const service of ['second-app/blog-api', 'second-app/blog-web', 'compose/guestbook']) {
    it(`${service} passes its own tests`, () => {
      const output = execFileSync(process.execPath, ['--test', '--test-reporter=tap'], {
        cwd: path.join(examplesFolder, service),
        encoding: 'utf8',
      });
      assert.match(output, /^# pass [1-9]/m);
    });

    it(`${service} has a stage "test"`, () => {
      const dockerfile = fs.readFileSync(path.join(examplesFolder, service, 'Dockerfile'), 'utf8');
      assert.match(dockerfile, /^FROM .* AS test$/m);
    });
  }
});
