import * as assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { stringify } from 'yaml';
import { docker } from '../../engine/docker';
import { foundImages } from '../../stacks/images';
import { AppCheckout } from '../gitlab/app';
import { folderOf, Machines, type Seen } from '../gitlab/machines';
import { gitLabRunner, type GitLabRunner } from '../gitlab/runner';
import { startLoginRegistry, type LoginRegistry } from '../ssh-host/registry';
import { teamOfFour } from '../stacks/team-of-four';
import { prefix } from './isolate';
import { theWorld, type World } from './world';

/** Harbor's project; all images of these tests are below it. */
const project = 'sluice-test-gl';
const environments = ['dev', 'pilot', 'stage', 'production'] as const;
type Environment = (typeof environments)[number];

describe('a team at GitLab, with machines that are reached by SSH', function () {
  this.timeout(20 * 60_000);
  let world: World;
  let harbor: LoginRegistry;
  let machines: Machines;
  let app: AppCheckout;
  let runner: GitLabRunner;
  let secrets: string[];

  const see = (environment: Environment): Promise<Seen> => machines.see(environment);
  const seeAll = async (): Promise<Record<Environment, Seen>> =>
    Object.fromEntries(await Promise.all(environments.map(async (each) => [each, await see(each)] as const))) as Record<
      Environment,
      Seen
    >;
  /** What a file has in its `image:` of the app. */
  const imageIn = ({ file }: Seen): string => /discounts:\n +image: +(\S+)/.exec(file)?.[1] ?? '';
  /** A file without the image of the app. */
  const rest = (seen: Seen): string => seen.file.replace(imageIn(seen), '');

  before(async () => {
    world = await theWorld();
    harbor = await startLoginRegistry('gl');
    await harbor.push(`${project}/first`, '1', { version: 'first', is: 'plain' });
    machines = await Machines.start(
      prefix,
      { office: ['dev', 'pilot', 'stage'], shop: ['production'] },
      `${harbor.address}/${project}/first:1`,
    );
    const [office, shop] = [machines.of['dev'], machines.of['production']];
    assert.ok(office !== undefined && shop !== undefined);
    // The office takes a password, the shop a key.
    const variables = {
      HARBOR_HOST: harbor.address,
      HARBOR_USERNAME: harbor.username.replaceAll('$', '$$'),
      HARBOR_PASSWORD: harbor.password,
      SSH_USER: office.place.user,
      SSH_PASSWORD: office.password,
      SSH_PRIVATE_KEY: shop.privateKey,
      PULUMI_BACKEND_URL: `file://${path.join(world.folder, 'state')}`,
      PULUMI_CONFIG_PASSPHRASE: `the team’s ${process.pid} ${Date.now()}`,
    };
    secrets = [
      harbor.password,
      office.password,
      shop.privateKey.split('\n')[2] ?? '',
      variables.PULUMI_CONFIG_PASSPHRASE,
    ];
    fs.mkdirSync(path.join(world.folder, 'state'));
    const dockerConfig = path.join(world.folder, 'docker');
    fs.mkdirSync(dockerConfig, { mode: 0o700 });
    const login = ['login', '--username', harbor.username, '--password-stdin', harbor.address];
    await docker(login, { input: harbor.password, env: { DOCKER_CONFIG: dockerConfig } });
    Object.assign(world.env, variables, { HARBOR_USERNAME: harbor.username, DOCKER_CONFIG: dockerConfig });

    const target = (host: typeof office, login: Record<string, string>) => ({
      target: {
        kind: 'compose-ssh',
        host: host.place.host,
        port: host.place.port,
        user: '$SSH_USER',
        hostKey: host.place.hostKey,
      },
      ...login,
    });
    const team = teamOfFour();
    const stacks = {
      platform: { ...team.platform, prefix, registryNamespace: project },
      dev: { ...team.dev, ...target(office, { sshPassword: '$SSH_PASSWORD' }) },
      pilot: { ...team.pilot, ...target(office, { sshPassword: '$SSH_PASSWORD' }) },
      stage: { ...team.stage, ...target(office, { sshPassword: '$SSH_PASSWORD' }) },
      production: {
        ...team.production,
        approval: 'required',
        ...target(shop, { sshPrivateKey: '$SSH_PRIVATE_KEY' }),
      },
    };
    for (const file of fs.readdirSync(world.clone)) {
      if (/^Pulumi\..+\.yaml$/.test(file)) fs.rmSync(path.join(world.clone, file));
    }
    for (const [name, values] of Object.entries(stacks)) {
      const config = Object.fromEntries(Object.entries(values).map(([key, value]) => [`sluice:${key}`, value]));
      fs.writeFileSync(path.join(world.clone, `Pulumi.${name}.yaml`), stringify({ config }));
    }
    app = new AppCheckout(path.join(world.folder, 'discounts'), foundImages()['node'] ?? '');
    runner = await gitLabRunner({
      name: `${prefix}-pipeline`,
      repository: app.folder,
      variables,
      volumes: [path.join(world.folder, 'state')],
      dockerConfig,
    });
  });
  after(async () => {
    await machines.stop();
    await harbor.stop();
  });

  it('npm run up publishes the image of the jobs; npm run pipeline prints the file', async () => {
    const up = await world.run('up', 'platform');
    assert.equal(up.code, 0, up.all);
    const { code, stdout, all } = await world.run('pipeline', 'discounts');
    assert.equal(code, 0, all);
    for (const secret of secrets) assert.ok(!stdout.includes(secret));
    app.commit({ version: 'one' }, { '.gitlab-ci.yml': stdout });
  });

  it('a push deploys dev, and nothing else', async () => {
    const before = await seeAll();
    const { code, output } = await runner.push();
    assert.equal(code, 0, output);
    const { dev, ...others } = await seeAll();
    assert.match(imageIn(dev), new RegExp(`^${harbor.address}/${project}/discounts:latest@sha256:[0-9a-f]{64}$`));
    assert.equal(rest(dev), rest(before.dev));
    assert.equal(dev.image, imageIn(dev));
    assert.equal(dev.says, 'one');
    const { dev: _, ...untouched } = before;
    assert.deepEqual(others, untouched);
  });
});
