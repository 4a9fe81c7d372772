import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { DeliveryStack } from '../../../operations/pulumi/stack';
import { isRepair } from '../../../stacks/repair';
import { someLease } from '../some-lease';

describe('an update that only repairs', () => {
  const { SLUICE_HOME: homeBefore, PULUMI_BACKEND_URL: backendBefore } = process.env;
  let home: string;
  beforeEach(() => {
    home = fs.mkdtempSync(path.join(os.tmpdir(), 'sluice-repair-'));
    process.env['SLUICE_HOME'] = home;
    delete process.env['PULUMI_BACKEND_URL'];
  });
  afterEach(() => {
    delete process.env['SLUICE_HOME'];
    Object.assign(
      process.env,
      homeBefore !== undefined && { SLUICE_HOME: homeBefore },
      backendBefore !== undefined && { PULUMI_BACKEND_URL: backendBefore },
    );
    fs.rmSync(home, { recursive: true, force: true });
  });

  it('tells that to the program, and the one after it tells the contrary', async () => {
    const told: boolean[] = [];
    const workspace: { envVars: Record<string, string> } = { envVars: {} };
    const program = { workspace, up: () => Promise.resolve(told.push(isRepair(workspace.envVars))) };
    const parts = ['staging', program, program, () => undefined, someLease()];
    const stack = Reflect.construct(DeliveryStack, parts) as DeliveryStack;
    for (const o of [{ refresh: true, repair: true }, { refresh: true }]) {
      assert.deepEqual((await stack.up(o)).errors, []);
    }
    assert.deepEqual(told, [true, false]);
  });

  it('is none for a program that is told nothing, or something else', () => {
    assert.deepEqual([{}, { SLUICE_REPAIR: '' }, { SLUICE_REPAIR: '0' }].map(isRepair), [false, false, false]);
  });
});
