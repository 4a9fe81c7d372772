import * as fs from 'node:fs';
import * as path from 'node:path';
import { docker, type OnEngine, engineName } from '../clients/docker/docker';
import { labels } from '../clients/docker/labels';
import type { StackFile } from '../config/stack';
import type { AuditedContainer, AuditedDockerfile, AuditedImage, ContainerFacts, AuditFacts } from './facts';

/** Questions to the engine at a time. */
const atOnce = 8;

/** What of one Sluice is audited on one engine. */
export interface AuditScope {
  instance: string;
  /** Folder whose build files are read; null: they are not looked at here. */
  root: string | null;
  /** Ports of the machine that may be published. */
  ports: ReadonlySet<number>;
  /** Whether the containers of a stack are meant. */
  holds: (stack: string) => boolean;
  on: OnEngine;
}

/** Everything of one Sluice that is audited on one engine. */
export async function collect({ instance, root, ports, holds, on }: AuditScope): Promise<AuditFacts> {
  const mine = `label=${labels.instance}=${instance}`;
  const [all, options] = await Promise.all([
    readContainers(mine, on),
    docker(['info', '--format', '{{json .SecurityOptions}}'], on),
  ]);
  const containers = all.filter(({ inspect }) => holds(inspect.Config.Labels?.[labels.stack] ?? ''));
  const built = lines((await docker(['image', 'ls', '--quiet', '--no-trunc', '--filter', mine], on)).stdout);
  const run = containers.map(({ inspect }) => inspect.Image);
  return {
    instance,
    machine: engineName(on) || null,
    containers,
    images: await readImages([...new Set([...run, ...built])], on),
    dockerfiles: root === null ? [] : readDockerfiles(root),
    surroundings: { securityOptions: (JSON.parse(options.stdout) as string[] | null) ?? [], ports },
  };
}

/** The ports of the machine that a Sluice's configuration names. */
export function declaredPorts(stacks: readonly StackFile[]): Set<number> {
  return new Set(
    stacks.flatMap(({ config }) =>
      config.role === 'platform'
        ? [config.registryPort, config.gitHostPort, config.dronePort]
        : Object.values(config.services).flatMap(({ port }) => port ?? []),
    ),
  );
}

async function readContainers(filter: string, on: OnEngine): Promise<AuditedContainer[]> {
  const ids = lines((await docker(['ps', '--all', '--quiet', '--no-trunc', '--filter', filter], on)).stdout);
  if (ids.length === 0) return [];
  // A container may end between the calls: what is gone is left out.
  const { stdout } = await docker(['container', 'inspect', ...ids], { ...on, allowFailure: true });
  return inTurns(JSON.parse(stdout) as ContainerFacts[], async (inspect) => {
    const top = await docker(['top', inspect.Name.replace(/^\//, ''), '-eo', 'comm'], { ...on, allowFailure: true });
    return { inspect, programs: top.code === 0 ? lines(top.stdout).slice(1) : [] };
  });
}

interface ImageInspect {
  Id: string;
  RepoTags: string[] | null;
  RepoDigests: string[] | null;
  Config: { User?: string; Env?: string[] | null; Healthcheck?: { Test?: string[] | null } | null };
}

async function readImages(ids: readonly string[], on: OnEngine): Promise<AuditedImage[]> {
  if (ids.length === 0) return [];
  const { stdout } = await docker(['image', 'inspect', ...ids], { ...on, allowFailure: true });
  return inTurns(JSON.parse(stdout) as ImageInspect[], async ({ Id, RepoTags, RepoDigests, Config }) => {
    const history = await docker(['history', '--no-trunc', '--format', '{{.CreatedBy}}', Id], on);
    const [first = 'NONE'] = Config.Healthcheck?.Test ?? [];
    return {
      id: Id,
      names: [...(RepoTags ?? []), ...(RepoDigests ?? [])],
      user: Config.User ?? '',
      healthcheck: first !== 'NONE',
      history: lines(history.stdout),
      env: Config.Env ?? [],
    };
  });
}

function readDockerfiles(root: string): AuditedDockerfile[] {
  const walk = (folder: string): string[] =>
    fs.readdirSync(path.join(root, folder), { withFileTypes: true }).flatMap((entry) => {
      if (entry.name === 'node_modules' || entry.name.startsWith('.')) return [];
      const name = path.join(folder, entry.name);
      if (entry.isDirectory()) return walk(name);
      return entry.isFile() && /^Dockerfile(\.|$)/.test(entry.name) ? [name] : [];
    });
  return walk('')
    .sort()
    .map((file) => ({ path: file, text: fs.readFileSync(path.join(root, file), 'utf8') }));
}

/** Asks for each of a list, some at a time, in order. */
async function inTurns<T, R>(list: readonly T[], one: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (let start = 0; start < list.length; start += atOnce) {
    results.push(...(await Promise.all(list.slice(start, start + atOnce).map(one))));
  }
  return results;
}

function lines(text: string): string[] {
  return text.split('\n').filter((line) => line !== '');
}
