import { docker, inspectContainer, listContainers, type ContainerInfo } from '../../clients/docker/docker';
import { labels } from '../../clients/docker/labels';
import { ports, prefix } from './isolate';

/** Names or ids of everything that an engine holds. */
export interface EngineObjects {
  containers: string[];
  networks: string[];
  volumes: string[];
  /** Ids, and each name that an image goes by. */
  images: string[];
}

/** In the names of all that the other tests on an engine make; they run at the same time. */
const others = 'sluice-test';

/** Those of them that are a whole Sluice: its builds have names of Drone's, its images those of their repositories. */
const otherInstances = ['sluice-test-ex', 'sluice-test-gl'];

/** Everything that the engine holds now, but for the other tests' own; empty when there is no engine yet. */
export async function engineObjects(): Promise<EngineObjects> {
  const list = async (...args: string[]): Promise<string[]> => {
    const { code, stdout } = await docker(args, { allowFailure: true }).catch(() => ({ code: 1, stdout: '' }));
    const lines = stdout.split('\n').filter((line) => line !== '' && !line.includes(others));
    return code === 0 ? [...new Set(lines)].sort() : [];
  };
  const host = '{{.Label "io.drone.system.host"}}';
  const ofOurDrone = (lines: string[]): string[] =>
    lines
      .map((line) => line.split('\t'))
      .filter(([, drone = '']) => drone === '' || drone === `localhost:${ports.drone}`)
      .map(([name = '']) => name);
  const labelled = otherInstances.filter((instance) => instance !== prefix);
  const notOurs = await Promise.all(
    labelled.map((instance) =>
      list('image', 'ls', '--all', '--no-trunc', '--quiet', '--filter', `label=${labels.instance}=${instance}`),
    ),
  );
  const images = await list('image', 'ls', '--no-trunc', '--format', '{{.ID}} {{.Repository}}:{{.Tag}}');
  return {
    containers: ofOurDrone(await list('ps', '--all', '--format', `{{.Names}}\t${host}`)),
    networks: ofOurDrone(await list('network', 'ls', '--format', `{{.Name}}\t${host}`)),
    volumes: ofOurDrone(await list('volume', 'ls', '--format', `{{.Name}}\t${host}`)),
    images: images.filter((image) => !notOurs.flat().some((id) => image.startsWith(id))),
  };
}

/** What the engine holds of the tests' Sluice and of the toolchain; other tests may build images at the same time. */
export async function ownObjects(): Promise<EngineObjects> {
  const { containers, networks, volumes, images } = await engineObjects();
  const isOwn = (name: string): boolean => name.startsWith(`${prefix}-`);
  const isOwnImage = (name: string): boolean =>
    name.includes(` localhost:${ports.registry}/`) || name.includes(' sluice/');
  return {
    containers: containers.filter(isOwn),
    networks: networks.filter(isOwn),
    volumes: volumes.filter(isOwn),
    images: images.filter(isOwnImage),
  };
}

/** The release containers of a service in an environment of the tests' Sluice. */
export async function releasesOf(environment: string, service: string): Promise<ContainerInfo[]> {
  return listContainers([
    `${labels.instance}=${prefix}`,
    `${labels.stack}=${environment}`,
    `${labels.role}=release`,
    `${labels.service}=${service}`,
  ]);
}

/** The one release of a service, with what tells it from a restarted or another one. */
export async function theRelease(environment: string, service: string): Promise<ContainerInfo & { same: string }> {
  const [one, ...others] = await releasesOf(environment, service);
  if (one === undefined || others.length > 0) {
    throw new Error(
      `${environment} has ${others.length + (one === undefined ? 0 : 1)} containers of ${service}, not 1`,
    );
  }
  return { ...one, same: `${one.Id} ${one.State.StartedAt}` };
}

/** The running check containers. */
export async function runningChecks(): Promise<ContainerInfo[]> {
  const all = await listContainers([`${labels.instance}=${prefix}`, `${labels.role}=check`]);
  return all.filter(({ State }) => State.Running);
}

/** A container by its role on the platform. */
export async function platformContainer(name: string): Promise<ContainerInfo> {
  const container = await inspectContainer(`${prefix}-${name}`);
  if (container === undefined) throw new Error(`${prefix}-${name} is not there`);
  return container;
}

// Longer than anything here takes on a slow machine: what never comes must not hold up all that follows.
const patienceMinutes = 8;

/** Waits until something holds. */
export async function until<T>(look: () => Promise<T | undefined>): Promise<T> {
  const end = Date.now() + patienceMinutes * 60_000;
  while (Date.now() < end) {
    const found = await look();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  throw new Error(`waited ${patienceMinutes} minutes in vain`);
}
