import * as assert from 'node:assert/strict';
import { hasEnded } from '../../../clients/drone/client';
import { stepsOf } from '../../../operations/drone/follow';
import { docker } from '../../../clients/docker/docker';
import { until } from '../engine';
import { ports } from '../isolate';
import { changes, Checkout, dataFile, droneOf, titlesIn } from '../shop';
import type { World } from '../world';
import { digestOf } from './deliveries';
import { assertWhole } from './whole';

/** Pushes a change of the shop. @returns how production can be told to have it, and its commit */
export async function pushTitle(world: World): Promise<{ title: string; commit: string }> {
  const title = `Fault of ${new Date().toISOString()}`;
  const checkout = await Checkout.of(world);
  return { title, commit: await checkout.push(dataFile, changes.title(title), title) };
}

/** Waits until a step of the build of a commit runs. @returns the build's number */
export async function stepRuns(world: World, commit: string, step: string): Promise<number> {
  const { client, slug } = await droneOf(world);
  return until(async () => {
    const found = (await client.builds(slug)).find(({ after }) => after === commit);
    if (found === undefined) return undefined;
    const running = stepsOf(await client.build(slug, found.number)).find(({ status }) => status === 'running');
    return running?.name === step ? found.number : undefined;
  });
}

/** The container of a build's step that runs: one runs after the other. */
export async function stepContainer(build: number): Promise<string> {
  const of = [`system.host=localhost:${ports.drone}`, `build.number=${build}`];
  const { stdout } = await docker(['ps', '--quiet', ...of.flatMap((label) => ['--filter', `label=io.drone.${label}`])]);
  return stdout.trim();
}

/** What was pushed is in production, no build waits or runs, and nothing of one is left in the engine. */
export async function assertDelivered(world: World, title: string): Promise<void> {
  const digest = await digestOf('staging');
  await assertWhole(world, { staging: digest, production: digest });
  assert.ok((await titlesIn('production')).includes(title), `${title} is not in production`);
  const { client, slug } = await droneOf(world);
  assert.deepEqual(
    (await client.builds(slug)).filter(({ status }) => !hasEnded(status)),
    [],
  );
  for (const kind of ['container', 'network', 'volume']) {
    const all = kind === 'container' ? ['--all'] : [];
    const of = `label=io.drone.system.host=localhost:${ports.drone}`;
    assert.equal((await docker([kind, 'ls', '--quiet', ...all, '--filter', of])).stdout, '', `${kind}s of builds`);
  }
}
