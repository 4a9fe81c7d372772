import * as assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import * as path from 'node:path';
import type { Stack } from '@pulumi/pulumi/automation';
import { docker as client } from '../../../clients/docker/docker';
import { image, look, prefix, setUp, tearDown } from './machine';
import { pluginSets, SECRETS, WholeProgram, type PluginSet } from './whole-program';

const sets = pluginSets();

for (const set of sets) {
  describe(`plugins: a whole program, on ${set.title}`, function () {
    this.timeout(300_000);
    const whole = new WholeProgram();
    let stack: Stack;

    before(async () => {
      await setUp();
      await whole.install(set);
      stack = await whole.stack();
    });
    after(async () => {
      await tearDown();
      whole.end();
    });

    it('is previewed: what is asked for is known', async () => {
      const { changeSummary } = await stack.preview();
      assert.deepEqual(changeSummary, { create: 8 });
    });

    it('comes up', async () => {
      const { outputs } = await stack.up();
      assert.equal(outputs['said']?.value, `said to ${prefix}-up`);
      assert.equal(outputs['hash']?.secret, true);
      const page = await fetch(`http://127.0.0.1:${String(outputs['port']?.value)}/`);
      assert.equal(await page.text(), 'hello');
    });

    it('changes nothing the second time, with and without a refresh', async () => {
      await stack.up({ expectNoChanges: true });
      await stack.refresh({ expectNoChanges: true });
      await stack.up({ expectNoChanges: true });
    });

    it('keeps every secret out of its state', () => {
      const states = path.join(whole.folder, '.pulumi');
      const files = readdirSync(states, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
      assert.ok(files.length > 0);
      for (const file of files) {
        const text = readFileSync(path.join(file.parentPath, file.name), 'utf8');
        for (const secret of SECRETS) assert.equal(text.includes(secret), false, `${file.name} holds ${secret}`);
      }
    });

    it('brings a removed container back after a refresh', async () => {
      const before = await look(`${prefix}-up`, '{{.Id}}');
      await client(['rm', '-f', `${prefix}-up`]);
      const { summary } = await stack.up({ refresh: true });
      assert.deepEqual([summary.resourceChanges?.create, summary.resourceChanges?.update], [1, undefined]);
      assert.notEqual(await look(`${prefix}-up`, '{{.Id}}'), before);
    });

    it('goes away', async () => {
      await stack.destroy();
      const left = await client(['ps', '-aq', '--filter', `label=test=${prefix}`]);
      assert.equal(left.stdout, '');
      assert.equal((await client(['image', 'inspect', image], { allowFailure: true })).code, 0);
    });
  });
}

const changes = sets.flatMap((from): [PluginSet, PluginSet][] =>
  sets.filter((to) => to !== from).map((to) => [from, to]),
);

for (const [from, to] of changes) {
  describe(`plugins: a whole program, made on ${from.title}, goes on with ${to.title}`, function () {
    this.timeout(300_000);
    const whole = new WholeProgram();
    let stack: Stack;

    before(async () => {
      await setUp();
      await whole.install(from);
      stack = await whole.stack();
      await stack.up();
      await whole.install(to);
    });
    after(async () => {
      await tearDown();
      whole.end();
    });

    it('nothing changes, with and without a refresh', async () => {
      await stack.up({ expectNoChanges: true });
      await stack.refresh();
      await stack.up({ expectNoChanges: true });
    });

    it('it goes away', async () => {
      await stack.destroy();
      const left = await client(['ps', '-aq', '--filter', `label=test=${prefix}`]);
      assert.equal(left.stdout, '');
    });
  });
}
