import * as assert from 'node:assert/strict';
import { labels } from '../../../clients/docker/labels';
import { theRelease } from '../engine';
import { pushVariant } from '../images';
import type { World } from '../world';
import { killUpdate, type Boundary } from './killed-update';
import { surviving, type FaultTable } from '../../faults/table';
import { assertWhole } from './whole';

type Environment = 'staging' | 'production';

/** When an update is killed. */
export interface Kill {
  stack: Environment;
  isTime: (boundary: Boundary) => boolean;
  /** Milliseconds from then to the kill. @default 0 */
  later?: number;
}

let pushed = 0;

/**
 * Delivers a new release to an environment, kills the update midway, and mends with one `npm run up`.
 * @returns whether it was killed: false when it got through before its time came
 */
export async function deliverKilled(world: World, table: FaultTable, kill: Kill): Promise<boolean> {
  let killed = false;
  await table.attempt(async () => {
    const digest = await newRelease(world);
    if (kill.stack === 'production') await succeeds(world, 'staging');
    const { at, ran } = await killUpdate(world, kill.stack, kill.isTime, kill.later);
    killed = at !== undefined;
    if (!killed) {
      assert.equal(ran.code, 0, ran.all);
      return undefined;
    }
    const fault = `update of ${kill.stack} killed ${at}`;
    return surviving(fault, async () => {
      await succeeds(world, kill.stack);
      const production = kill.stack === 'production' ? digest : await digestOf('production');
      await assertWhole(world, { staging: digest, production });
    });
  });
  return killed;
}

/** Puts a release in front of staging that nobody has seen yet. @returns its digest */
export function newRelease(world: World): Promise<string> {
  return pushVariant(world, 'staging', { name: `fault ${++pushed} of ${Date.now()}` });
}

/** `npm run up`, of all or some stacks, ends well. */
export async function succeeds(world: World, ...stacks: string[]): Promise<void> {
  const { code, all } = await world.run('up', ...stacks);
  assert.equal(code, 0, all);
}

/** What an environment runs of discounts. */
export async function digestOf(environment: string): Promise<string> {
  return (await theRelease(environment, 'discounts')).Config.Labels?.[labels.digest] ?? '';
}
