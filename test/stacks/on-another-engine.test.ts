import assert from 'node:assert/strict';
import * as pulumi from '@pulumi/pulumi';
import type { EnvironmentConfig } from '../../config';
import { declareEnvironment } from '../../stacks/environment';
import { neededElsewhere } from '../../config/needed-elsewhere';
import { command, record, valueOf, type Recorder } from '../components/mocks';
import { plain, readable, stdinOf } from '../components/platform-args';
import { parseProject } from '../errors/project';
import { teamOfFour } from './team-of-four';
import { environmentConfig } from './environment-config';
import { access } from '../targets/store-home';

const hash = (character: string): string => `sha256:${character.repeat(64)}`;
const hostKey = `ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI${'A'.repeat(43)}`;
const secrets = ['THE-KEY', 'pa55-to-pull'] as const;
const platform = {
  instance: 'shop',
  bind: '127.0.0.1',
  registry: { address: 'harbor.example.com/shop', url: 'https://harbor.example.com', stepsUrl: '' },
  registryLogins: Object.fromEntries(
    ['pull', 'push', 'delete'].map((role) => [role, { username: 'robot', password: secrets[1] }]),
  ),
  images: {},
  toolImages: { edge: 'edge:1', tools: 'tools:1' },
  ledgers: access,
  ci: 'gitlab',
  deployImage: { image: 'harbor.example.com/shop/sluice-deploy', digest: hash('d') },
  edgeImage: { image: 'harbor.example.com/shop/sluice-edge', digest: hash('e') },
};
const place = {
  ssh: { host: 'far.example.com', port: 2222, user: 'deploy', hostKey, privateKey: `${secrets[0]}\n` },
  folder: '.local/state/sluice/shop-staging',
};
/** What its own watch and a gate behind it get of the environment. */
const there = {
  ...place,
  ports: { discounts: 8080 },
  tools: `harbor.example.com/shop/sluice-deploy@${hash('d')}`,
  registry: { host: 'harbor.example.com', username: 'robot', password: secrets[1] },
  engine: { instance: 'shop', environment: 'staging', edge: 'shop-staging-edge', network: 'shop-staging' },
};

function config(values: Record<string, unknown> = {}): EnvironmentConfig {
  return environmentConfig('staging', {
    services: { discounts: { repository: 'discounts', port: 8180 } },
    target: { kind: 'ssh-docker', host: 'far.example.com', port: 2222, user: 'deploy', hostKey },
    sshPrivateKey: secrets[0],
    ...values,
  });
}

async function declare(o: { config?: EnvironmentConfig; platform?: object; mark?: string | null } = {}) {
  const asked: unknown[] = [];
  const looked: unknown[] = [];
  const recorder = await record({
    stack: 'staging',
    stdout: { cutover: { candidate: {}, containers: { discounts: 'c' } } },
    references: { 'organization/sluice/platform': { ...platform, ...o.platform } },
    secretOutputs: ['registryLogins', 'ledgers'],
  });
  const outputs = await declareEnvironment('staging', o.config ?? config(), {
    records: (where, _subject, looks) => {
      if (looks !== false) asked.push(where);
      return Promise.resolve([]);
    },
    append: () => Promise.reject(new Error('there is nothing to record')),
    failures: () => Promise.reject(new Error('it is no compose project')),
    serving: (edged) => {
      looked.push(edged);
      return Promise.resolve({});
    },
    registry: () => ({
      find: () => Promise.resolve({ digest: hash('a'), mediaType: '', size: 1 }),
      labels: () => Promise.resolve({}),
    }),
    files: () => [],
    project: () => Promise.reject(new Error('it is no compose project')),
    repair: () => false,
    mark: (on, ...of) => {
      assert.deepEqual([on, ...of], [{ host: place.ssh }, 'shop', 'staging']);
      return Promise.resolve(o.mark === null ? undefined : (o.mark ?? 'fa2fa2fa'));
    },
  });
  if (pulumi.Output.isInstance(outputs['services'])) await valueOf(outputs['services']);
  await pulumi.runtime.disconnect();
  return { recorder, outputs, asked, looked };
}

const ledger = { environment: 'staging', key: access.key };
const provider = ({ resources }: Recorder) => {
  const found = resources.filter(({ type }) => type === 'pulumi:providers:docker');
  assert.equal(found.length, 1);
  return found[0] ?? assert.fail();
};
const input = (recorder: Recorder, name: string): Record<string, unknown> => stdinOf(recorder.inputs(command, name));
const placesOf = (recorder: Recorder, name: string): unknown => input(recorder, name)['places'];

describe("an environment on another machine's engine", () => {
  it('is declared through a provider of that machine, which knows its host key and no file', async () => {
    const { recorder, asked } = await declare();
    assert.deepEqual(asked, [ledger]);
    const { name, inputs } = provider(recorder);
    assert.equal(name, 'engine-fa2fa2fa');
    const { host, sshOpts } = plain(inputs) as { host: string; sshOpts: string };
    assert.equal(host, 'ssh://deploy@far.example.com:2222');
    assert.ok((JSON.parse(sshOpts) as string[]).includes(`KnownHostsCommand=/bin/echo %H ${hostKey}`));
  });

  it('is made of other resources on another engine, so that all is made anew there before the former is removed', async () => {
    const names = async (mark: string) =>
      (await declare({ mark })).recorder.resources
        .filter(({ type }) => /^(docker:|pulumi:providers:docker)/.test(type))
        .map(({ name }) => name);
    const [one, other] = [await names('c0ffee01'), await names('c0ffee02')];
    assert.equal(one.length, 7);
    assert.deepEqual(await names('c0ffee01'), one);
    assert.deepEqual(
      other.filter((name) => one.includes(name)),
      [],
    );
  });

  it('carries its mark on network and edge, and is declared as on this engine where it was made so', async () => {
    const marksOf = ({ recorder }: Awaited<ReturnType<typeof declare>>, suffix: string): unknown[] =>
      [
        recorder.inputs('docker:index/network:Network', `network${suffix}`),
        recorder.inputs('docker:index/container:Container', `edge-discounts${suffix}`),
      ].map(({ labels }) =>
        (labels as { label: string; value: string }[]).find((one) => one.label === 'sluice.machine'),
      );
    const mark = { label: 'sluice.machine', value: 'fa2fa2fa' };
    assert.deepEqual(marksOf(await declare(), '-fa2fa2fa'), [mark, mark]);
    const adopted = await declare({ mark: null });
    assert.deepEqual(marksOf(adopted, ''), [undefined, undefined]);
    assert.equal(provider(adopted.recorder).name, 'engine');
  });

  it('pulls its edge by digest, and binds its ports to every address there', async () => {
    const { recorder, outputs } = await declare();
    const image = recorder.inputs('docker:index/remoteImage:RemoteImage', `edge-${'e'.repeat(12)}-fa2fa2fa`);
    assert.equal(image['name'], `harbor.example.com/shop/sluice-edge@${hash('e')}`);
    const edge = recorder.inputs('docker:index/container:Container', 'edge-discounts-fa2fa2fa');
    assert.deepEqual(
      (edge['ports'] as { ip: string }[]).map(({ ip }) => ip),
      ['0.0.0.0'],
    );
    const shown = (await valueOf(outputs['services'] as pulumi.Output<unknown>)) as Record<string, { url: string }>;
    assert.equal(shown['discounts']?.url, 'http://far.example.com:8180');
    const own = await declare({ config: config({ bind: '127.0.0.1' }) });
    const ports = own.recorder.inputs('docker:index/container:Container', 'edge-discounts-fa2fa2fa')['ports'] as {
      ip: string;
    }[];
    assert.deepEqual(
      ports.map(({ ip }) => ip),
      ['127.0.0.1'],
    );
  });

  it('tells its actions where it is, and how its ledger is reached', async () => {
    const { recorder, outputs } = await declare();
    for (const name of ['cutover', 'process-limit', 'prepare-edges', 'configure-edges'])
      assert.deepEqual(placesOf(recorder, name), { own: there }, name);
    for (const name of ['cutover', 'prepare-edges', 'configure-edges'])
      assert.deepEqual(input(recorder, name)['ledger'], access, name);
    assert.deepEqual(await valueOf(outputs['place'] as pulumi.Output<unknown>), there);
  });

  it('is looked at there when its ledger tells nothing of what it serves', async () => {
    const { looked } = await declare();
    const on = { host: place.ssh };
    assert.deepEqual(looked, [{ instance: 'shop', environment: 'staging', network: 'shop-staging', on }]);
  });

  it('has its ledger there where the state is where no store can be', async () => {
    const onMachines = { ...access, onMachines: true };
    const { recorder, asked } = await declare({ platform: { ledgers: onMachines } });
    assert.deepEqual(asked, [{ ...ledger, machine: place }]);
    assert.deepEqual(input(recorder, 'cutover')['ledger'], onMachines);
  });

  it('has no key and no password in what a state shows', async () => {
    const { recorder, outputs } = await declare();
    const shown = JSON.stringify(recorder.resources.map(({ inputs }) => readable(inputs)));
    for (const secret of [...secrets, access.key]) assert.ok(!shown.includes(secret), secret);
    const all = JSON.stringify(recorder.resources.map(({ inputs }) => plain(inputs)));
    for (const secret of [...secrets, access.key]) assert.ok(all.includes(secret), secret);
    assert.equal(await pulumi.isSecret(outputs['place'] as pulumi.Output<unknown>), true);
  });

  it('wants its platform to have published the edge', async () => {
    await assert.rejects(declare({ platform: { edgeImage: null } }), /has not published the edge's image yet/);
  });
});

describe('what a platform publishes for other machines', () => {
  const team = teamOfFour();
  const engine = { ...team.dev, target: { kind: 'engine' }, sshPassword: '' };
  const docker = {
    ...team.dev,
    target: { ...(team.dev['target'] as object), kind: 'ssh-docker' },
    sshPassword: '',
    sshPrivateKey: '$SSH_PRIVATE_KEY',
  };
  const needs = (dev: Record<string, unknown>) =>
    neededElsewhere('platform', parseProject({ platform: team.platform, dev }));

  it('is what its environments need there', () => {
    assert.deepEqual(needs(engine), { tools: false, edge: false });
    assert.deepEqual(needs(team.dev), { tools: true, edge: false });
    assert.deepEqual(needs(docker), { tools: true, edge: true });
  });
});
