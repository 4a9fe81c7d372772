import * as assert from 'node:assert/strict';
import { served } from '../../../clients/edge/serving';
import { listContainers } from '../../../clients/docker/docker';
import { labels } from '../../../clients/docker/labels';
import { theRelease } from '../engine';
import { prefix } from '../isolate';
import type { World } from '../world';
import { idsIn, operations } from './state';

const passing: readonly string[] = ['check', 'own-volume', 'backup'];

/**
 * All is where it should be: in each environment one healthy release of each service, served by the edge; nothing pending
 * in any state; no container of ours that no state knows.
 * @param expected digest of discounts by environment
 */
export async function assertWhole(world: World, expected: Readonly<Record<string, string>>): Promise<void> {
  for (const [environment, digest] of Object.entries(expected)) {
    for (const service of ['discounts', 'frontend']) {
      const release = await theRelease(environment, service);
      assert.equal(release.State.Health?.Status, 'healthy', release.Name);
      if (service === 'discounts') assert.equal(release.Config.Labels?.[labels.digest], digest, environment);
    }
    assert.equal(await servedBy(environment), digest, `what the edge of ${environment} sends requests to`);
  }
  for (const stack of ['platform', ...Object.keys(expected)]) assert.deepEqual(operations(world, stack), [], stack);
  assert.deepEqual(await orphans(world), []);
}

/** Digest of discounts that the edge of an environment sends requests to; undefined in the moment of a cutover. */
export async function servedBy(environment: string): Promise<string | undefined> {
  const now = await served({ instance: prefix, environment, network: `${prefix}-${environment}`, on: {} });
  return now['discounts']?.digest;
}

/** Names of containers of the tests' Sluice, but for those of one moment, that the state of their stack does not know. */
async function orphans(world: World): Promise<string[]> {
  const ours = await listContainers([`${labels.instance}=${prefix}`]);
  return ours
    .filter(({ Config }) => !passing.includes(Config.Labels?.[labels.role] ?? ''))
    .filter(({ Id, Config }) => !idsIn(world, Config.Labels?.[labels.stack] ?? '').has(Id))
    .map(({ Name }) => Name);
}
