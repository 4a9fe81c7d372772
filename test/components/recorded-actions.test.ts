import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import * as pulumi from '@pulumi/pulumi';
import { contract } from '../../actions/contract';
import { BuiltImage } from '../../components/built-image';
import { Channel } from '../../components/channel';
import { Drone } from '../../components/ci/drone';
import { ComposeProject } from '../../components/compose-project';
import { Environment } from '../../components/environment';
import { gitHosts } from '../../components/git-hosts';
import { Promotion } from '../../components/promotion';
import { PublishedImage } from '../../components/published-image';
import { registries } from '../../components/registries';
import { Repository } from '../../components/repository';
import { digestsOf } from '../../releases/names';
import { reportRefusal } from '../../stacks/gate';
import { declareLedgers } from '../../stacks/ledgers';
import { declareTrial } from '../../stacks/pending-approval';
import { candidate, gate, releasesOf, verdict, watchSettings } from '../releases/fixtures';
import { access } from '../targets/store-home';
import { command, record } from './mocks';
import { gitHostArgs, plain, printed } from './platform-args';

const a = candidate('a');
const login = { username: 'robot', password: 'pa55' };
const asked = {
  instance: 'shop',
  environment: 'production',
  upstream: 'staging',
  upstreamNetwork: 'shop-staging',
};
const machine = {
  ssh: { host: 'pilot.example.com', port: 22, user: 'deploy', hostKey: 'ssh-ed25519 A' },
  folder: '/shop',
};
/** What an update of a compose project has printed. */
const deployed = { 'require-pass': { letIn: digestsOf(a) }, deploy: { services: {} } };
const checkSecrets = { datadogApiKey: 'k3y' };

function declareEnvironment(): void {
  const service = (name: string, dependsOn: Record<string, 'healthy'> = {}) => ({
    name,
    digest: `sha256:${'a'.repeat(64)}`,
    image: `localhost:5500/${name}@sha256:${'a'.repeat(64)}`,
    ...(name === 'db' ? {} : { port: 8181 }),
    dependsOn,
    settings: {
      containerPort: 8080,
      env: {},
      memory: 256,
      healthySeconds: 60,
      stopGraceSeconds: 20,
      readOnly: true,
      volumes: {},
      strategy: 'start-first' as const,
    },
  });
  new Environment('staging', {
    instance: 'shop',
    bind: '127.0.0.1',
    site: { edgeImage: 'haproxy:1' },
    ledger: access,
    gated: false,
    candidate: a,
    services: [service('discounts', { db: 'healthy' }), service('db')],
    watch: { ...watchSettings, checks: gate('/').checks },
    secrets: checkSecrets,
    drainSeconds: 30,
    brokenAt: '2026-01-01T00:00:00.000Z',
  });
}

function declarePlatform(): void {
  declareLedgers({ prefix: 'shop', store: '', storeHostKey: '', sshPassword: '', sshPrivateKey: '' }, undefined);
  new registries.external('registry', {
    instance: 'shop',
    network: 'shop-platform',
    images: { registry: 'registry:1', edge: 'haproxy:1' },
    bind: '127.0.0.1',
    port: 5500,
    host: 'registry.example.com',
    repository: 'sluice-deploy',
    login,
  });
  const gitHost = new gitHosts.gitea('git', gitHostArgs);
  const ciServer = new Drone('drone', {
    instance: 'sluice',
    network: 'sluice-platform',
    bind: '127.0.0.1',
    port: 3080,
    images: { server: 'drone:1', runner: 'runner:1', edge: 'haproxy:1' },
    gitHost,
    stepsNetwork: 'sluice-steps',
    platform: { os: 'linux', arch: 'arm64' },
  });
  new Repository('discounts', { gitHost, ciServer, owner: 'shop', secrets: { key: 'k3y' }, seed: { folder: 'seed' } });
}

function declareImages(): void {
  const registry = { registryUrl: 'http://localhost:5500', registryLogin: login };
  new BuiltImage('built', {
    ...registry,
    instance: 'shop',
    source: 'storedog/frontend',
    contentHash: 'c0ffee',
    repository: 'localhost:5500/frontend',
    baseImage: 'node:1',
  });
  new PublishedImage('published', { ...registry, image: 'tools:1', tag: 'c0ffee', repository: 'localhost:5500/tools' });
  new Channel('channel', {
    channel: 'production',
    deployed: { candidate: a, containers: {} },
    registry: { url: 'http://localhost:5500' },
    registryLogin: login,
  });
}

function declareGates(): void {
  new Promotion('promotion', { ...asked, ledger: access, candidate: a, gate: gate('/') });
  new Promotion('with-secrets', {
    ...asked,
    ledger: access,
    machine,
    candidate: a,
    gate: gate('/'),
    secrets: checkSecrets,
  });
  const place = { upstream: undefined, input: asked, secretFor: () => ({ ledger: access }) };
  declareTrial({ candidate: a, gate: { ...gate('/'), approval: { expiresHours: 72, approvers: [] } } }, place);
  reportRefusal(verdict(a, gate('/'), 'refused'));
}

function declareComposeProject(): void {
  new ComposeProject('pilot', {
    environment: 'pilot',
    place: machine,
    ledger: access,
    text: 'services:\n  discounts:\n    image: shop\n',
    file: { project: 'pilot', lines: [] },
    candidate: a,
    gated: true,
    services: Object.keys(a),
    releases: releasesOf(a),
    image: (service) => `localhost:5500/${service}@sha256:${'a'.repeat(64)}`,
    healthySeconds: { discounts: 60 },
    registry: { host: 'localhost:5500', ...login },
    at: '2026-01-01T00:00:00.000Z',
  });
}

/** What the engine records of the commands of these resources, by their names. */
async function recorded(declare: () => void): Promise<Record<string, unknown>> {
  const recorder = await record({ stdout: { ...printed, ...deployed } });
  declare();
  await pulumi.runtime.disconnect();
  const commands = recorder.resources.filter(({ type }) => type === command);
  return Object.fromEntries(
    commands.map(({ name, inputs: { create, triggers, stdin } }) => [name, plain({ create, triggers, stdin })]),
  );
}

/**
 * States of former versions hold exactly these: another trigger or command would have an update run everything anew, another input have it
 * run once more in place. What the table says is changed on purpose only.
 */
describe('what a state holds of actions', () => {
  const table = JSON.parse(fs.readFileSync(path.join(__dirname, 'recorded-actions.json'), 'utf8')) as object;
  const groups = { declareEnvironment, declarePlatform, declareImages, declareGates, declareComposeProject };
  for (const [group, declare] of Object.entries(groups)) {
    it(`is what it was: ${group}`, async () => {
      const { [group]: expected } = table as Record<string, unknown>;
      assert.deepEqual(await recorded(declare), expected);
    });
  }

  it('is that of every action', () => {
    const creates = Object.values(table as Record<string, Record<string, { create: string }>>).flatMap((group) =>
      Object.values(group).map(({ create }) => create),
    );
    const every = Object.keys(contract).map((name) => `node actions/run.cjs ${name}`);
    assert.deepEqual([...new Set(creates)].sort(), every.sort());
  });
});
