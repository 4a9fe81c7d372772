import assert from 'node:assert/strict';
import * as pulumi from '@pulumi/pulumi';
import type { LedgerRecord } from '../../releases/ledger';
import { command, remoteImage, valueOf } from '../components/mocks';
import { candidate, cutover, rollback, switched, takenBack } from '../releases/fixtures';
import { built, config, cutoverInput, declare, digest, services } from './declared-environment';

describe('an environment that follows a channel', () => {
  it('resolves the channel once and deploys by digest', async () => {
    const { recorder, outputs } = await declare({ name: 'staging', config: config() });
    const names = recorder.resources.filter(({ type }) => type === remoteImage).map(({ inputs }) => inputs['name']);
    assert.deepEqual(names.sort(), [
      `localhost:5500/discounts@sha256:${'s'.repeat(64)}`,
      `localhost:5500/frontend@${digest('f')}`,
    ]);
    assert.equal(outputs['gate'], null);
  });

  it('gives releases the names that they had before services had further settings', async () => {
    const { recorder } = await declare({ name: 'staging', config: config() });
    const more = {
      cpus: '0.5',
      health: { test: ['CMD', 'true'] },
      volumes: { '/data': 'db' },
      strategy: 'recreate',
      readOnly: false,
    };
    const other = await declare({
      name: 'staging',
      config: config({
        services: JSON.stringify({ discounts: { repository: 'discounts', port: 2, env: { A: '1' }, ...more } }),
      }),
    });
    assert.deepEqual(
      [recorder, other.recorder].map(
        (each) => cutoverInput(each).routes.find(({ service }) => service === 'discounts')?.release,
      ),
      ['discounts-2c49a40e753c', 'discounts-1bca37b8b72a'],
    );
  });

  it('takes nothing new while something does not run: that is put right', async () => {
    const ran = { ...candidate('b'), ...built };
    const o = { name: 'staging', config: config(), records: [cutover(ran, 'staging')] };
    const repaired = await declare({ ...o, repair: true });
    assert.deepEqual(cutoverInput(repaired.recorder).candidate, ran);
    const updated = await declare(o);
    assert.equal(cutoverInput(updated.recorder).candidate['discounts']?.digest, digest('s'));
  });

  it('moves no channel: it is the pipeline that does', async () => {
    const { recorder } = await declare({ name: 'staging', config: config() });
    assert.ok(!recorder.resources.some(({ name }) => name === 'channel'));
  });

  it('tells each service’s address, digest, commit and message', async () => {
    const { outputs } = await declare({ name: 'staging', config: config({ channel: 'main' }) });
    const told = (await valueOf(outputs['services'] as pulumi.Output<Record<string, unknown>>))['discounts'];
    assert.deepEqual(told, {
      url: 'http://localhost:2',
      image: 'localhost:5500/discounts',
      digest: digest('m'),
      revision: 'c0ffee',
      message: 'A discount',
      container: 'c',
    });
  });

  describe('whose watch has taken a release back', () => {
    /** As an update with these settings would have recorded it. */
    async function afterTakeBack() {
      const declared = await declare({ name: 'staging', config: config() });
      const { routes } = cutoverInput(declared.recorder);
      const releases = Object.fromEntries(routes.map(({ service, release, port }) => [service, `${release}:${port}`]));
      const newest = candidate('s');
      return [
        cutover(candidate('a'), 'staging'),
        { ...switched(newest, candidate('a')), environment: 'staging', releases },
        { ...takenBack(newest, candidate('a')), environment: 'staging', releases },
      ] satisfies LedgerRecord[];
    }

    it('keeps the one before, has the edge switched once more, and fails', async () => {
      const records = await afterTakeBack();
      const { recorder } = await declare({ name: 'staging', config: config(), records });
      const { candidate: taken, brokenAt } = cutoverInput(recorder);
      assert.deepEqual(taken, candidate('a'));
      assert.equal(brokenAt, records[1]?.at);
      const refusal = JSON.parse(String(recorder.inputs(command, 'refusal')['stdin'])) as { text: string };
      assert.match(refusal.text, /^staging keeps what it runs: discounts sha256:s+ was taken back at 2026/);
      assert.match(refusal.text, /\.\/sluice promote staging --again$/);
    });

    it('keeps it out long after, also under a fuller name', async () => {
      // What the platform builds is part of candidates by now. The containers would be the same.
      const since = [
        switched(candidate('c'), candidate('a')),
        takenBack(candidate('c'), candidate('a')),
        cutover(candidate('b')),
      ];
      const records = [...(await afterTakeBack()), ...since.map((each) => ({ ...each, environment: 'staging' }))];
      const { recorder } = await declare({ name: 'staging', config: config(), records });
      assert.deepEqual(cutoverInput(recorder).candidate, candidate('b'));
      const refusal = JSON.parse(String(recorder.inputs(command, 'refusal')['stdin'])) as { text: string };
      assert.match(refusal.text, /^staging keeps what it runs: discounts sha256:s+ was taken back at 2026/);
    });

    it('tries it with other settings', async () => {
      const other = config({ services: services.replace('"A":"1"', '"A":"2"') });
      const { recorder } = await declare({ name: 'staging', config: other, records: await afterTakeBack() });
      assert.equal(cutoverInput(recorder).candidate['discounts']?.digest, digest('s'));
      assert.ok(!recorder.resources.some(({ name }) => name === 'refusal'));
    });
  });

  it('that was rolled back stays so while its channel holds the same', async () => {
    const records = [
      cutover(candidate('a'), 'staging'),
      { ...rollback(candidate('b'), candidate('s')), environment: 'staging' },
    ];
    const runs = { ...candidate('a'), ...built };
    const { recorder } = await declare({ name: 'staging', config: config(), records, runs });
    assert.deepEqual(cutoverInput(recorder).candidate, candidate('b'));
    // Older versions' candidates were without what the platform builds: that stays what it is.
    assert.deepEqual(
      cutoverInput(recorder).routes.map(({ service }) => service),
      ['frontend', 'discounts'],
    );
    assert.ok(!recorder.resources.some(({ name }) => name === 'refusal'));
  });

  it('refuses a build that the platform does not have', async () => {
    const wrong = config({ services: '{"a":{"build":"nothing","port":1}}' });
    await assert.rejects(
      declare({ name: 'staging', config: wrong }),
      /the platform builds no image "nothing"; it builds frontend/,
    );
  });
});
