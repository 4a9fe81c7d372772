import * as assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { parse } from 'yaml';
import type { DroneBuild } from '../../clients/drone/client';
import { stepsOf } from '../../operations/drone/follow';
import { docker } from '../../clients/docker/docker';
import { addExample } from '../docs/add-example';
import { ports, prefix, setIn } from './isolate';
import { askAnew, buildOf, Checkout, droneOf, logOf } from './shop';
import type { World } from './world';

/** How far all ports of the tests' Sluice are from the shipped ones. */
const shift = ports.registry - 5500;

/** Where the tests' Sluice has what a stack file puts at a port. */
export function portOf(shipped: number): number {
  return shipped + shift;
}

/** Brings an example into the clone: what it adds gets ports of the tests' own. */
export function takeUp(world: World, example: string): void {
  askAnew(world);
  for (const file of addExample(world.clone, example)) {
    const text = fs.readFileSync(path.join(world.clone, file), 'utf8');
    const { config } = parse(text) as { config: { 'sluice:services': Record<string, { port?: number }> } };
    for (const [service, { port }] of Object.entries(config['sluice:services'])) {
      if (port === undefined) continue;
      setIn(world.clone, file.split('.')[1] ?? '', ['sluice:services', service, 'port'], portOf(port));
    }
  }
}

/** What a page or an API of an environment answers, asked from outside as people do. */
export async function textAt(shippedPort: number, address = '/'): Promise<string> {
  const response = await fetch(`http://localhost:${portOf(shippedPort)}${address}`);
  assert.equal(response.status, 200, address);
  return response.text();
}

/** A person changes a file of a repository and pushes it; the build must succeed. */
export async function deliver(
  world: World,
  repository: string,
  file: string,
  change: (text: string) => string,
): Promise<{ commit: string; deployed: string[] }> {
  const checkout = await Checkout.of(world, repository);
  const commit = await checkout.push(file, change, `Change ${file}`);
  const build = await buildOf(world, commit, repository);
  assert.equal(build.status, 'success', await logOf(world, build, repository));
  return { commit, deployed: deploysOf(build) };
}

/** The environments that a build has deployed, in the order in which it did. */
function deploysOf(build: DroneBuild): string[] {
  return stepsOf(build)
    .filter(({ name, status }) => name.startsWith('deploy ') && status === 'success')
    .sort((one, other) => (one.started ?? 0) - (other.started ?? 0))
    .map(({ name }) => name.replace('deploy ', ''));
}

/** The newest build of a repository's default branch, with all that its steps printed. */
export async function newestBuild(world: World, repository: string): Promise<{ build: DroneBuild; log: string }> {
  const { client, slug } = await droneOf(world, repository);
  const newest = await client.newest(slug, 'main');
  assert.ok(newest !== undefined, `${repository} has no build`);
  const build = await client.build(slug, newest.number);
  return { build, log: await logOf(world, build, repository) };
}

/** What the engine still holds of the tests' Sluice. */
export async function left(): Promise<string[]> {
  const lists = await Promise.all([
    docker(['ps', '--all', '--format', '{{.Names}}']),
    docker(['network', 'ls', '--format', '{{.Name}}']),
    docker(['volume', 'ls', '--quiet']),
  ]);
  return lists.flatMap(({ stdout }) => stdout.split('\n')).filter((name) => name.startsWith(`${prefix}-`));
}
