import type * as docker from '@pulumi/docker';
import * as pulumi from '@pulumi/pulumi';
import type { ServiceSettings } from '../config/schema/service';
import { hardened } from './hardened';

/**
 * The arguments of a container that follow from its service's settings alone. Volumes and names, in which the environment has a say too, are
 * {@link Service}'s own.
 */
export function serviceArguments(
  settings: ServiceSettings,
): Omit<docker.ContainerArgs, 'name' | 'image' | 'labels' | 'networksAdvanced' | 'volumes'> {
  const { command, entrypoint, user, workingDir, hostname, stopSignal, init, extraHosts, shmSize } = settings;
  return {
    ...hardened({
      memory: settings.memory,
      cpus: settings.cpus,
      priority: 'people',
      writableRoot: !settings.readOnly,
      capabilities: settings.capabilities?.map((one) => `CAP_${one}`),
      tmpfs: settings.tmpfs,
    }),
    envs: variables(settings),
    healthcheck: healthCheck(settings.health),
    ...{ command, entrypoints: entrypoint, user, workingDir, hostname, stopSignal, init, shmSize },
    hosts: extraHosts && Object.entries(extraHosts).map(([host, ip]) => ({ host, ip })),
    uploads: uploads(settings),
    destroyGraceSeconds: settings.stopGraceSeconds,
  };
}

/** Variables, encrypted when one of them is a secret. */
function variables({ env, secretEnv }: Pick<ServiceSettings, 'env' | 'secretEnv'>): docker.ContainerArgs['envs'] {
  const lines = Object.entries({ ...env, ...secretEnv }).map(([key, value]) => `${key}=${value}`);
  return secretEnv === undefined ? lines : pulumi.secret(lines);
}

function healthCheck(health: ServiceSettings['health']): docker.ContainerArgs['healthcheck'] {
  if (health === undefined) return undefined;
  const { test, intervalSeconds, timeoutSeconds, retries, startPeriodSeconds } = health;
  return {
    tests: test,
    interval: `${intervalSeconds}s`,
    timeout: `${timeoutSeconds}s`,
    retries,
    startPeriod: startPeriodSeconds === undefined ? undefined : `${startPeriodSeconds}s`,
  };
}

/** Files, encrypted when one of them is a secret. */
function uploads({
  files,
  secretFiles,
}: Pick<ServiceSettings, 'files' | 'secretFiles'>): docker.ContainerArgs['uploads'] {
  if (files === undefined && secretFiles === undefined) return undefined;
  const all = Object.entries({ ...files, ...secretFiles }).map(([file, { content, encoding, mode, owner, group }]) => ({
    file,
    ...(encoding === undefined ? { content } : { contentBase64: content }),
    ...{ permissions: mode, owner, group },
  }));
  return secretFiles === undefined ? all : pulumi.secret(all);
}
