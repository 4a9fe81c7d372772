import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import type { EnvironmentConfig } from '../../config';
import { service } from '../../config/schema/service';
import { releaseSet } from '../../stacks/releases-of';
import { container, remoteImage } from '../components/mocks';
import { plain } from '../components/platform-args';
import { config as composedConfig } from './declared-compose';
import type { Candidate, Release } from '../../releases/types';
import { cutover } from '../releases/fixtures';
import { built, config, cutoverInput, declare, digest } from './declared-environment';

/** Services as a stack's file says them: one that says hardly anything, one that says everything, one that holds data. */
const services = {
  plain: { repository: 'discounts', port: 8180 },
  whole: {
    build: 'frontend',
    port: 8181,
    containerPort: 3000,
    innerPort: true,
    requestSeconds: 90,
    idleSeconds: 7200,
    env: { ZONE: 'eu', COUNT: 3, DEBUG: false },
    secretEnv: { TOKEN: 't0k3n', ANOTHER: 'a' },
    memory: 512,
    cpus: '0.5',
    health: {
      test: ['CMD', 'wget', '-q', 'http://localhost:3000/health'],
      intervalSeconds: 1,
      timeoutSeconds: 3,
      retries: 4,
      startPeriodSeconds: 90,
    },
    healthySeconds: 120,
    stopGraceSeconds: 45,
    readOnly: true,
    volumes: {},
    strategy: 'start-first',
    command: ['node', 'server.js'],
    entrypoint: ['/entry'],
    user: '1000:1000',
    workingDir: '/app',
    hostname: 'whole-1',
    init: false,
    stopSignal: 'SIGINT',
    tmpfs: { '/run': 'size=16m', '/cache': '' },
    extraHosts: { mail: '10.0.0.6', ldap: '10.0.0.5' },
    shmSize: 128,
    capabilities: ['NET_BIND_SERVICE', 'CHOWN'],
    dependsOn: { plain: 'started', db: 'healthy' },
  },
  db: {
    image: `db@${digest('d')}`,
    containerPort: 5432,
    readOnly: false,
    strategy: 'recreate',
    volumes: { '/var/lib/db': 'data', '/certs': 'certs' },
    readOnlyVolumes: ['/certs'],
    aliases: ['postgres', 'sql'],
    health: { test: ['CMD', 'ready'] },
    files: { '/etc/db.conf': { content: 'cache = on\n' }, '/a': { content: 'YQ==', encoding: 'base64', mode: '0755' } },
    secretFiles: { '/run/secrets/key': { content: 'k3y', mode: '0400', owner: '999', group: '998' } },
  },
  bare: { image: `bare@${digest('b')}`, port: 8182, readOnly: false, command: [], files: {} },
};

/** What an environment has taken by an older version, whose candidates were without what the platform builds. */
const known: Candidate = {
  plain: { service: 'plain', image: 'localhost:5500/discounts', digest: digest('p'), revision: 'c0ffee' },
};
const whole: Candidate = { whole: { ...built['frontend'], service: 'whole' } as Release };

/** What every container and every cutover is given, and what the releases are called. */
async function recorded(of: EnvironmentConfig): Promise<unknown> {
  const { recorder } = await declare({
    name: 'production',
    config: of,
    records: [cutover(known)],
    runs: { ...known, ...whole },
  });
  const { routes, candidate } = cutoverInput(recorder);
  return {
    releases: Object.fromEntries(routes.map(({ service: name, release }) => [name, release])),
    set: releaseSet(of, { ...candidate, ...images(of) }),
    containers: Object.fromEntries(
      recorder.resources.flatMap(({ type, name, inputs }) =>
        type === container || type === remoteImage ? [[`${type.split(':')[2]} ${name}`, inputs]] : [],
      ),
    ),
    commands: Object.fromEntries(
      recorder.resources.flatMap(({ type, name, inputs }) =>
        type.startsWith('command:') ? [[name, plain({ stdin: inputs['stdin'], triggers: inputs['triggers'] })]] : [],
      ),
    ),
  };
}

const images = ({ services: all }: EnvironmentConfig) =>
  Object.fromEntries(
    Object.keys(all).map((name) => [name, { service: name, image: name, digest: digest('e'), revision: '' }]),
  );

const compose = 'test/stacks/recorded-services/compose.yaml';
const configs: Readonly<Record<string, () => EnvironmentConfig>> = {
  config: () => config({ services: JSON.stringify(services) }),
  compose: () =>
    config({
      services: '{"web":{"env":{"ZONE":"us"},"cpus":"1.5"}}',
      compose,
      composeSecrets: '{"token":"t0k3n"}',
    }),
};

/**
 * The name of a release is a hash of its service's settings, and a container with another name, or with other inputs, takes the place of the
 * one that runs. So what stands in the table is changed on purpose only: whoever updates Sluice would have every service started anew.
 */
describe('what becomes of the settings of services', () => {
  const table = JSON.parse(
    fs.readFileSync(path.join(__dirname, 'recorded-services', 'recorded.json'), 'utf8'),
  ) as Record<string, unknown>;

  for (const [name, read] of Object.entries(configs)) {
    it(`is what it was, of services that a ${name} file says`, async () => {
      assert.deepEqual(await recorded(read()), table[name]);
    });
  }

  it('is what it was, of services in a compose project on another machine', () => {
    const of = composedConfig({ services: { discounts: { repository: 'discounts', port: 8082 }, db: {} } });
    assert.deepEqual(releaseSet(of, images(of)), table['project']);
  });

  it('is known of every key', () => {
    const all = Object.values(configs).flatMap((read) => Object.values(read().services));
    const unsaid = Object.keys(service.shape).filter((key) => !all.some((one) => Object.hasOwn(one, key)));
    assert.deepEqual(unsaid, []);
  });
});
