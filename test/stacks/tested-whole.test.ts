import assert from 'node:assert/strict';
import { UserError } from '../../base/errors';
import type { Candidate, Release } from '../../releases/types';
import { command, remoteImage, type Recorder } from '../components/mocks';
import { stdinOf } from '../components/platform-args';
import { again, candidate, cutover, rollback, verdict } from '../releases/fixtures';
import { assertTold } from '../errors/told';
import { built, config, cutoverInput, declare, digest, gateOf } from './declared-environment';

const images = (recorder: Recorder): unknown[] =>
  recorder.resources
    .filter(({ type }) => type === remoteImage)
    .map(({ inputs }) => inputs['name'])
    .sort();
const release = (service: string, character: string): Release => ({
  ...{ service, image: service, digest: digest(character), revision: '' },
});
const db = (character: string): Candidate => ({ db: release('db', character) });
const frontend = (character: string): Candidate => ({
  frontend: { ...(built['frontend'] as Release), digest: digest(character) },
});
const [a, b] = [candidate('a'), candidate('b')];

/** Production behind a gate, with a database that its configuration pins. */
const withDb = (character: string, more: Record<string, string> = {}) =>
  config({
    promotesFrom: 'staging',
    gate: '[{"name":"shop","type":"http","service":"discounts","path":"/"}]',
    services: `{"discounts":{"repository":"discounts","port":2},"db":{"image":"db@${digest(character)}","port":5}}`,
    ...more,
  });
const refuses = async (asked: Promise<unknown>, words: RegExp): Promise<void> => {
  await assert.rejects(asked, (error: unknown) => {
    assert.ok(error instanceof UserError);
    assertTold('untested', error);
    assert.match(`${error.message}; ${error.next}`, words);
    return true;
  });
};

describe('UntestedFixedImage: an image that an environment pins itself', () => {
  const promoted = { discounts: digest('b'), db: digest('d') };
  const of = { name: 'production', upstream: b, promoted };

  it('is refused before anything changes while upstream serves another', async () => {
    await refuses(
      declare({ ...of, config: withDb('e'), upstreamServes: { ...b, ...db('d') } }),
      /production would run db sha256:e{12}, while staging serves sha256:d{12}: .*"sluice:untested: \[db\]" in Pulumi.production/,
    );
  });

  it('is refused while upstream serves none, and when nothing but it is new', async () => {
    await refuses(declare({ ...of, config: withDb('e'), upstreamServes: b }), /while staging serves none/);
    const runs = { ...b, ...db('d') };
    const records = [verdict(b, gateOf(), 'passed'), cutover(b)];
    await refuses(declare({ ...of, config: withDb('e'), upstreamServes: runs, runs, records }), /db sha256:e{12}/);
  });

  it('is refused when a person is to let something in beside it', async () => {
    const runs = { ...a, ...db('e') };
    await refuses(
      declare({
        ...{ ...of, config: withDb('e', { approval: 'required' }), upstreamServes: { ...b, ...db('d') }, runs },
        records: [cutover(a)],
      }),
      /db sha256:e{12}/,
    );
  });

  it('is refused when somebody wants tested again what is to come beside it', async () => {
    const upstreamServes = { ...b, ...db('d') };
    const records = [cutover(a), verdict(b, gateOf(), 'refused'), again(b)];
    await refuses(
      declare({ ...of, config: withDb('e'), upstreamServes, runs: { ...a, ...db('e') }, records }),
      /db sha256:e{12}/,
    );
  });

  it('is part of the pass when upstream serves the same', async () => {
    const { recorder } = await declare({ ...of, config: withDb('d'), upstreamServes: { ...b, ...db('d') } });
    assert.deepEqual(stdinOf(recorder.inputs(command, 'promotion'))['digests'], {
      discounts: digest('b'),
      db: digest('d'),
    });
    assert.deepEqual(images(recorder), [`db@${digest('d')}`, `localhost:5500/discounts@${digest('b')}`]);
    // It is no part of a candidate: configuration names it.
    assert.deepEqual(cutoverInput(recorder).candidate, b);
  });

  it('runs when configuration names it as untested', async () => {
    const named = withDb('e', { untested: '["db"]' });
    const { recorder } = await declare({ ...of, config: named, upstreamServes: { ...b, ...db('d') } });
    assert.deepEqual(images(recorder), [`db@${digest('e')}`, `localhost:5500/discounts@${digest('b')}`]);
  });

  it('goes on running, and asks nobody, while nothing new comes', async () => {
    const runs = { ...b, ...db('e') };
    const records = [verdict(b, gateOf(), 'passed'), cutover(b)];
    const { recorder } = await declare({
      ...{ ...of, config: withDb('e'), upstreamServes: { ...b, ...db('d') }, runs, records },
    });
    assert.deepEqual(images(recorder), [`db@${digest('e')}`, `localhost:5500/discounts@${digest('b')}`]);
    // As an older version has asked, so that the gate does not run once more.
    assert.ok(!('digests' in stdinOf(recorder.inputs(command, 'promotion'))));
  });

  it('waits for the pass of what runs, when upstream serves it too', async () => {
    const runs = { ...b, ...db('e') };
    const all = { ...{ ...of, config: withDb('d'), upstreamServes: { ...b, ...db('d') } }, runs };
    const passed = [verdict(b, gateOf(), 'passed'), cutover(b)];
    const asked = await declare({ ...all, records: passed });
    assert.deepEqual(stdinOf(asked.recorder.inputs(command, 'promotion'))['digests'], {
      discounts: digest('b'),
      db: digest('d'),
    });
    const refused = { ...verdict(b, gateOf(), 'refused'), digests: { discounts: digest('b'), db: digest('d') } };
    for (const records of [
      [...passed, refused],
      [...passed, cutover(a), cutover(b), rollback(b, b)],
    ]) {
      const { recorder } = await declare({ ...all, records });
      assert.deepEqual(images(recorder), [`db@${digest('e')}`, `localhost:5500/discounts@${digest('b')}`]);
    }
  });
});

describe('UntestedBuild: an image that the platform builds', () => {
  const shop = (more: Record<string, string> = {}) =>
    config({
      promotesFrom: 'staging',
      gate: '[{"name":"shop","type":"http","service":"discounts","path":"/"}]',
      ...more,
    });
  const promoted = { discounts: digest('b'), frontend: digest('e') };

  it('stays what upstream serves, whatever the platform has built last', async () => {
    const serves = { ...b, ...frontend('e') };
    const { recorder } = await declare({
      ...{ name: 'production', config: shop(), upstream: b, upstreamServes: serves, promoted },
    });
    assert.deepEqual(images(recorder), [
      `localhost:5500/discounts@${digest('b')}`,
      `localhost:5500/frontend@${digest('e')}`,
    ]);
    assert.deepEqual(stdinOf(recorder.inputs(command, 'promotion'))['candidate'], serves);
  });

  it('is taken from the platform by the first environment, and by the next one once it has passed there', async () => {
    const first = await declare({ name: 'staging', config: config() });
    assert.deepEqual(cutoverInput(first.recorder).candidate['frontend'], built['frontend']);
    const serves = { ...b, ...built };
    const { recorder } = await declare({
      ...{ name: 'production', config: shop(), upstream: serves, upstreamServes: serves },
      promoted: { discounts: digest('b'), frontend: digest('f') },
    });
    assert.deepEqual(cutoverInput(recorder).candidate, serves);
  });

  it('goes back to what ran with the candidate', async () => {
    const [before, after] = [
      { ...a, ...frontend('e') },
      { ...b, ...built },
    ];
    const records = [
      verdict(before, gateOf(), 'passed'),
      cutover(before),
      cutover(after),
      verdict({ ...b, ...frontend('1') }, gateOf(), 'refused'),
    ];
    const promotedBefore = { discounts: digest('a'), frontend: digest('e') };
    const { recorder } = await declare({
      ...{ name: 'production', config: shop(), upstream: after, upstreamServes: after, promoted: promotedBefore },
      records: [...records, rollback(before, after)],
    });
    assert.deepEqual(cutoverInput(recorder).candidate, before);
  });

  it('is not there without upstream, unless configuration names it as untested', async () => {
    const of = { name: 'production', upstream: b, upstreamServes: b, records: [cutover(a)], promoted };
    const without = await declare({ ...of, config: shop() });
    assert.deepEqual(images(without.recorder), [`localhost:5500/discounts@${digest('b')}`]);
    const named = await declare({
      ...{ ...of, config: shop({ untested: '["frontend"]' }) },
      promoted: { ...promoted, frontend: digest('f') },
    });
    assert.deepEqual(images(named.recorder), [
      `localhost:5500/discounts@${digest('b')}`,
      `localhost:5500/frontend@${digest('f')}`,
    ]);
  });

  it('that runs, and that upstream does not serve, has to be named when something new comes', async () => {
    const of = { name: 'production', upstream: b, upstreamServes: b, promoted, config: shop() };
    const runs = { ...a, ...frontend('e') };
    await refuses(declare({ ...of, records: [cutover(a)], runs }), /frontend sha256:e{12}, while staging serves none/);
    const { recorder } = await declare({ ...of, upstream: null, records: [cutover(a)], runs });
    assert.ok(images(recorder).includes(`localhost:5500/frontend@${digest('e')}`));
  });

  it('moves no channel: no repository of it has any', async () => {
    const serves = { ...b, ...frontend('e') };
    const { recorder } = await declare({
      ...{ name: 'production', config: shop(), upstream: b, upstreamServes: serves, promoted, cutOver: serves },
    });
    assert.deepEqual(stdinOf(recorder.inputs(command, 'channel'))['candidate'], b);
  });
});
