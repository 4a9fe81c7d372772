import assert from 'node:assert/strict';
import { UserError } from '../../base/errors';
import { assertTold } from '../errors/told';
import type { Release } from '../../releases/types';
import { command, container, remoteImage, type Recorder } from '../components/mocks';
import { candidate, cutover, rollback } from '../releases/fixtures';
import { config, cutoverInput, declare, digest, gated } from './declared-environment';

const images = (recorder: Recorder): unknown[] =>
  recorder.resources.filter(({ type }) => type === remoteImage).map(({ inputs }) => inputs['name']);
const routed = (recorder: Recorder): string[] => cutoverInput(recorder).routes.map(({ service }) => service);
const edgePorts = (recorder: Recorder): number[] =>
  ['edge-api', 'edge-web'].flatMap((edge) =>
    (recorder.inputs(container, edge)['ports'] as { external: number }[]).map(({ external }) => external),
  );

/** What begins with "new" has not been pushed yet. */
const two = (more = ''): string =>
  `{"api":{"repository":"new-api","port":1},"web":{"repository":"web","port":2${more}}}`;
const release = (service: string, character: string): Release => ({
  ...(candidate(character)['discounts'] as Release),
  service,
});

describe('a service that has never had a release', () => {
  for (const [when, records] of [
    ['before anything runs', []],
    ['once something runs', [cutover({ web: release('web', 'a') }, 'staging')]],
  ] as const) {
    it(`NewServiceWithoutRelease, ${when}: is left out of a channel's candidate, the others go on`, async () => {
      const { recorder, outputs } = await declare({
        ...{ name: 'staging', config: config({ services: two() }), records: [...records] },
      });
      assert.deepEqual(routed(recorder), ['web']);
      assert.deepEqual(Object.keys(cutoverInput(recorder).candidate), ['web']);
      // Its first release gets no other edge.
      assert.deepEqual(edgePorts(recorder), [1, 2]);
      assert.notEqual(outputs['deployed'], null);
    });
  }

  it('NewServiceWithoutRelease, behind a gate: is left out of what it lets through', async () => {
    const wider = config({
      promotesFrom: 'staging',
      services: '{"api":{"repository":"api","port":1},"discounts":{"repository":"discounts","port":2}}',
    });
    const { recorder } = await declare({
      ...{ name: 'production', config: wider, upstream: candidate('b'), promoted: { discounts: digest('b') } },
      records: [cutover(candidate('a'))],
    });
    assert.deepEqual(cutoverInput(recorder).candidate, candidate('b'));
    assert.deepEqual(routed(recorder), ['discounts']);
  });

  it('keeps a first candidate behind a gate waiting, since its checks are for the whole', async () => {
    const wider = config({
      promotesFrom: 'staging',
      services: '{"api":{"repository":"api","port":1},"discounts":{"repository":"discounts","port":2}}',
    });
    const { recorder, outputs } = await declare({ name: 'production', config: wider, upstream: candidate('b') });
    assert.deepEqual(outputs['deployed'], null);
    assert.ok(!recorder.resources.some(({ type }) => type === container || type === command));
  });

  it('takes along what depends on it, unless that runs', async () => {
    const depends = config({
      services: two(',"dependsOn":{"api":"started"}').replace(/}$/, ',"c":{"repository":"c","port":3}}'),
    });
    const { recorder } = await declare({ name: 'staging', config: depends });
    assert.deepEqual(routed(recorder), ['c']);
    const records = [cutover({ web: release('web', 'a') }, 'staging')];
    const { recorder: running } = await declare({ name: 'staging', config: depends, records });
    assert.deepEqual(routed(running), ['web', 'c']);
  });

  it('takes along an image from elsewhere that depends on it, unless that runs', async () => {
    const proxy = release('proxy', 'd');
    const services = two().replace(
      /}$/,
      `,"proxy":{"image":"proxy@${proxy.digest}","port":3,"dependsOn":{"api":"started"}}}`,
    );
    const all = {
      name: 'staging',
      config: config({ services }),
      records: [cutover({ web: release('web', 'a') }, 'staging')],
    };
    assert.deepEqual(routed((await declare(all)).recorder), ['web']);
    assert.deepEqual(routed((await declare({ ...all, runs: { proxy } })).recorder), ['web', 'proxy']);
  });
});

describe('a service whose release has vanished', () => {
  const runs = { api: release('api', 'a'), web: release('web', 'b') };

  it('VanishedTag: from its channel, keeps what runs, and the others go on', async () => {
    const { recorder } = await declare({
      ...{ name: 'staging', config: config({ services: two() }), records: [cutover(runs, 'staging')] },
    });
    const { api, web } = cutoverInput(recorder).candidate;
    assert.deepEqual([api, web?.digest], [runs.api, digest('s')]);
  });

  it('VanishedTag: every tag, keeps all that runs', async () => {
    const services = two().replace('"web"}', '"x"').replace('"repository":"web"', '"repository":"new-web"');
    const { recorder } = await declare({
      ...{ name: 'staging', config: config({ services }), records: [cutover(runs, 'staging')] },
    });
    assert.deepEqual(cutoverInput(recorder).candidate, runs);
  });

  it('VanishedTag: from its channel, when the ledger is lost and the state tells of it', async () => {
    const { recorder } = await declare({
      ...{ name: 'staging', config: config({ services: two() }), deployed: runs, serving: new Error('too slow') },
    });
    assert.deepEqual(cutoverInput(recorder).candidate['api'], runs.api);
  });

  it('says so when nothing is left in its channel, and the ledger is lost', async () => {
    const services = '{"api":{"repository":"new-api","port":1}}';
    await assert.rejects(
      declare({
        ...{ name: 'staging', config: config({ services }), deployed: runs, serving: new Error('too slow') },
      }),
      (error) => {
        assert.ok(error instanceof UserError);
        assertTold('nothingToTake', error);
        assert.match(error.message, /and its channel holds nothing that it could take; what runs stays/);
        return true;
      },
    );
  });

  it('from upstream, keeps what runs, and the others go on', async () => {
    const both = config({
      promotesFrom: 'staging',
      services: '{"api":{"repository":"api","port":1},"discounts":{"repository":"discounts","port":2}}',
    });
    const all = { ...candidate('a'), api: release('api', 'c') };
    const { recorder } = await declare({
      ...{ name: 'production', config: both, upstream: candidate('b'), records: [cutover(all)] },
      promoted: { discounts: digest('b'), api: digest('c') },
    });
    assert.deepEqual(cutoverInput(recorder).candidate, { ...candidate('b'), api: all.api });
  });

  it('stays when somebody goes back to what is older than it', async () => {
    const records = [
      cutover({ web: release('web', 'a') }, 'staging'),
      cutover(runs, 'staging'),
      {
        ...rollback({ web: release('web', 'a') }, { api: release('api', 'a'), web: release('web', 's') }),
        environment: 'staging',
      },
    ];
    const { recorder } = await declare({ name: 'staging', config: config({ services: two() }), records });
    assert.deepEqual(routed(recorder), ['api', 'web']);
    assert.ok(images(recorder).includes(`localhost:5500/discounts@${digest('a')}`));
  });
});

describe('an environment behind a gate that never had a release of its only service', () => {
  it('is told so and is no failure', async () => {
    const { outputs } = await declare({ name: 'production', config: gated(), upstream: {} });
    assert.deepEqual(outputs['deployed'], null);
  });
});
