import * as assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { surviving, type FaultTable } from '../../faults/table';
import { ports, setConfig, setIn } from '../isolate';
import type { World } from '../world';
import { digestOf, succeeds } from './deliveries';
import { killUpdate } from './killed-update';
import { assertWhole } from './whole';

const name = 'pilot';

/**
 * Brings an environment up from nothing behind staging, kills that after a write of its state, ends it with one
 * `npm run up`, and takes the environment away again.
 * @returns whether it was killed: false when it got through before
 */
export async function bringUpKilled(world: World, table: FaultTable, writes: number): Promise<boolean> {
  let killed = false;
  await table.attempt(async () => {
    const digest = await digestOf('staging');
    const { at, ran } = await killUpdate(world, name, (boundary) => boundary.writes === writes);
    killed = at !== undefined;
    if (!killed) assert.equal(ran.code, 0, ran.all);
    const mended = async (): Promise<void> => {
      await succeeds(world, name);
      await assertWhole(world, { [name]: digest });
    };
    const fault = killed ? await surviving(`first update of an environment killed ${at}`, mended) : undefined;
    const { code, all } = await world.run('destroy', '--yes', '--without-backup', name);
    assert.equal(code, 0, all);
    return fault;
  });
  return killed;
}

/** Has the configuration name the environment while something is done. */
export async function withNewEnvironment(world: World, work: () => Promise<void>): Promise<void> {
  const file = path.join(world.clone, `Pulumi.${name}.yaml`);
  fs.copyFileSync(path.join(world.clone, 'Pulumi.production.yaml'), file);
  for (const [service, port] of Object.entries(ports.pilot)) {
    setIn(world.clone, name, ['sluice:services', service, 'port'], port);
  }
  setConfig(world.clone, name, { promotesFrom: 'staging' });
  try {
    await work();
  } finally {
    fs.rmSync(file, { force: true });
  }
}
