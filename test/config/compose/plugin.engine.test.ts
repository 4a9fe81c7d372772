import assert from 'node:assert/strict';
import type { Draft } from '../../../config/compose/draft';
import { mebibytesOf, secondsOf } from '../../../config/compose/units';
import { docker, dockerExec } from '../../../clients/docker/docker';
import { pluginFile, sshHostImage } from '../../ssh-host';
import { projects } from './projects';
import { fixtures, readFixture } from './reading';

/** A service as `docker compose config --format json` tells of it, as far as it is compared. */
interface Told {
  image?: string;
  environment?: Record<string, string | null>;
  command?: string[] | null;
  entrypoint?: string[] | null;
  user?: string;
  working_dir?: string;
  hostname?: string;
  init?: boolean;
  read_only?: boolean;
  stop_signal?: string;
  stop_grace_period?: string;
  ports?: { published?: string; target: number }[];
  volumes?: { type: string; source: string; target: string; read_only?: boolean }[];
  depends_on?: Record<string, { condition: string }>;
  healthcheck?: { test: string[]; interval?: string; timeout?: string; retries?: number; start_period?: string };
  mem_limit?: string;
  cpus?: number;
  deploy?: { resources?: { limits?: { memory?: string; cpus?: number } } };
}

describe('compose files as projects write them, and as docker compose itself reads them', function () {
  this.timeout(120_000);
  const container = `sluice-test-compose-config-${process.pid}`;
  before(async () => {
    await docker(['create', '--name', container, '--entrypoint', 'sleep', await sshHostImage(), '600']);
    await docker(['cp', `${fixtures}/.`, `${container}:/fixtures`]);
    await docker(['start', container]);
  });
  after(() => docker(['rm', '--force', '--volumes', container], { allowFailure: true }));

  for (const { file, over } of projects) {
    it(file, async () => {
      const variables = Object.entries(over.secrets ?? {}).map(([name, value]) => `${name}=${value}`);
      const profiles = (over.profiles ?? []).flatMap((profile) => ['--profile', profile]);
      const config = [pluginFile, '--file', `/fixtures/${file}`, ...profiles, 'config', '--format', 'json'];
      const { stdout } = await dockerExec(container, ['env', ...variables, ...config]);
      // What it prints is a compose file again, in which a dollar is two.
      const { services } = JSON.parse(stdout.replaceAll('$$', () => '$')) as { services: Record<string, Told> };
      const ours = readFixture(file, over).services;
      assert.deepEqual(Object.keys(ours).sort(), Object.keys(services).sort());
      for (const [name, told] of Object.entries(services))
        assert.deepEqual(comparable(ours[name] ?? {}), asDraft(told), name);
    });
  }
});

/** The part of a service that {@link asDraft} knows, written as it does. */
function comparable(ours: Draft): Draft {
  const { image, env, secretEnv, command, entrypoint, user, workingDir, hostname, init, readOnly } = ours;
  const { stopSignal, stopGraceSeconds, port, containerPort, volumes, readOnlyVolumes, dependsOn, health } = ours;
  const { memory, cpus } = ours;
  return plain({
    ...{ command, entrypoint, user, workingDir, hostname, init, readOnly, stopSignal, stopGraceSeconds },
    ...{ port, volumes, readOnlyVolumes, dependsOn, health, cpus },
    image: image?.split('@')[1],
    env: { ...env, ...secretEnv },
    containerPort: port === undefined ? undefined : containerPort,
    memory: memory === defaultMemory ? undefined : memory,
  });
}

/** MiB of a service whose file sets no limit. */
const defaultMemory = 1024;

function asDraft(told: Told): Draft {
  const [port] = told.ports ?? [];
  const volumes = (told.volumes ?? []).filter(({ type }) => type === 'volume');
  const readOnly = volumes.filter((volume) => volume.read_only === true).map(({ target }) => target);
  const limits = told.deploy?.resources?.limits;
  const memory = told.mem_limit ?? limits?.memory;
  const cpus = told.cpus ?? limits?.cpus;
  const grace = told.stop_grace_period;
  const { test = [], interval = '30s', timeout = '30s', retries = 3, start_period: start } = told.healthcheck ?? {};
  return plain({
    image: told.image?.split('@')[1],
    env: plain(told.environment ?? {}) as Record<string, string>,
    command: told.command ?? undefined,
    entrypoint: told.entrypoint ?? undefined,
    user: told.user,
    workingDir: told.working_dir,
    hostname: told.hostname,
    init: told.init,
    readOnly: told.read_only ?? false,
    stopSignal: told.stop_signal,
    stopGraceSeconds: grace === undefined ? undefined : secondsOf(grace),
    port: port?.published === undefined ? undefined : Number(port.published),
    containerPort: port?.target,
    volumes: volumes.length === 0 ? undefined : Object.fromEntries(volumes.map((each) => [each.target, each.source])),
    readOnlyVolumes: readOnly.length === 0 ? undefined : readOnly,
    dependsOn: told.depends_on === undefined ? undefined : conditions(told.depends_on),
    health: {
      test,
      intervalSeconds: secondsOf(interval) ?? NaN,
      timeoutSeconds: secondsOf(timeout) ?? NaN,
      retries,
      ...(start === undefined ? {} : { startPeriodSeconds: secondsOf(start) ?? NaN }),
    },
    memory: memory === undefined ? undefined : mebibytesOf(memory),
    cpus: cpus === undefined ? undefined : String(cpus),
  });
}

function conditions(dependsOn: Record<string, { condition: string }>): NonNullable<Draft['dependsOn']> {
  return Object.fromEntries(
    Object.entries(dependsOn).map(([name, { condition }]) => [
      name,
      condition === 'service_healthy' ? 'healthy' : 'started',
    ]),
  );
}

/** Without what is not set. */
function plain<T extends object>(of: T): T {
  return Object.fromEntries(Object.entries(of).filter(([, value]) => value !== undefined && value !== null)) as T;
}
