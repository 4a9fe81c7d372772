import assert from 'node:assert/strict';
import type { Candidate, Release } from '../../releases/types';
import { command, remoteImage, type Recorder } from '../components/mocks';
import { stdinOf } from '../components/platform-args';
import { again, candidate, cutover, gate, verdict } from '../releases/fixtures';
import { built, config, cutoverInput, declare, digest, gateOf } from './declared-environment';

const images = (recorder: Recorder): unknown[] =>
  recorder.resources
    .filter(({ type }) => type === remoteImage)
    .map(({ inputs }) => inputs['name'])
    .sort();
const frontend = (character: string): Candidate => ({
  frontend: { ...(built['frontend'] as Release), digest: digest(character) },
});
const [a, b] = [candidate('a'), candidate('b')];

describe('UpstreamRolledBack: upstream goes back to what an environment has left behind', () => {
  const shop = (more: Record<string, string> = {}) =>
    config({
      ...{ promotesFrom: 'staging', gate: '[{"name":"shop","type":"http","service":"discounts","path":"/"}]' },
      ...more,
    });
  const [older, newer] = [
    { ...a, ...built },
    { ...b, ...built },
  ];
  const records = [
    verdict(older, gateOf(), 'passed'),
    cutover(older),
    verdict(newer, gateOf(), 'passed'),
    cutover(newer),
  ];

  it('does not follow by itself, whether people are asked or not, and says what takes it', async () => {
    for (const asked of [{}, { approval: 'required' }] as Record<string, string>[]) {
      const { recorder, outputs } = await declare({
        ...{ name: 'production', config: shop(asked), upstream: a, upstreamServes: older, runs: newer, records },
        promoted: { discounts: digest('b') },
      });
      assert.deepEqual(cutoverInput(recorder).candidate, newer);
      assert.deepEqual([outputs['older'], outputs['waiting']], [older, null]);
      assert.ok(!recorder.resources.some(({ name }) => name === 'refusal' || name === 'trial'));
    }
  });

  it('follows at somebody’s word', async () => {
    const { recorder, outputs } = await declare({
      ...{ name: 'production', config: shop(), upstream: a, upstreamServes: older, runs: newer },
      ...{ records: [...records, again(older)], promoted: { discounts: digest('a') } },
    });
    assert.deepEqual(cutoverInput(recorder).candidate, older);
    assert.ok(!('older' in outputs));
  });

  it('holds for a channel that somebody has moved back, but not for what the platform builds', async () => {
    const s = { ...candidate('s'), ...built };
    const ran = [cutover(s, 'staging'), cutover({ ...b, ...frontend('e') }, 'staging')];
    const moved = await declare({
      ...{ name: 'staging', config: config(), records: ran, runs: { ...b, ...frontend('e') } },
    });
    assert.deepEqual(moved.outputs['older'], {
      discounts: { ...s['discounts'], revision: 'c0ffee', message: 'A discount' },
      ...built,
    });
    const rebuilt = [cutover(s, 'staging'), cutover({ ...candidate('s'), ...frontend('e') }, 'staging')];
    const { recorder } = await declare({ name: 'staging', config: config(), records: rebuilt });
    assert.equal(cutoverInput(recorder).candidate['frontend']?.digest, digest('f'));
  });
});

describe('AgainAfterRefusal: somebody wants tested again what a gate has refused', () => {
  const [runs, refused] = [
    { ...a, ...built },
    { ...b, ...built },
  ];
  const digests = { discounts: digest('b'), frontend: digest('f') };
  const all = {
    ...{ name: 'production', upstream: b, upstreamServes: refused, promoted: { discounts: digest('a') } },
    config: config({
      promotesFrom: 'staging',
      gate: '[{"name":"shop","type":"http","service":"discounts","path":"/"}]',
    }),
  };

  it('repairs what runs, and tests the other behind that; nothing is deployed by it', async () => {
    const records = [
      ...[verdict(runs, gateOf(), 'passed'), cutover(runs)],
      ...[{ ...verdict(refused, gateOf(), 'refused'), digests }, again(refused)],
    ];
    const { recorder } = await declare({ ...all, records, runs });
    assert.deepEqual(cutoverInput(recorder).candidate, runs);
    const { stdin, triggers, create } = recorder.inputs(command, 'retest');
    assert.equal(create, 'node actions/run.cjs trial');
    const asked = stdinOf({ stdin });
    assert.deepEqual([asked['candidate'], asked['digests']], [refused, digests]);
    // Whoever asks once more has it run once more.
    assert.ok((triggers as unknown[]).includes(again(refused).at));
    assert.ok(!recorder.resources.some(({ name }) => name === 'refusal' || name === 'trial'));
  });

  it('has the gate test it where nothing runs', async () => {
    const { recorder } = await declare({
      ...{ ...all, promoted: { discounts: digest('b') } },
      records: [{ ...verdict(refused, gateOf(), 'refused'), digests }, again(refused)],
    });
    assert.deepEqual(stdinOf(recorder.inputs(command, 'promotion'))['candidate'], refused);
    assert.ok(!recorder.resources.some(({ name }) => name === 'retest'));
  });
});

describe('an environment that an older version has left', () => {
  const runs = { ...a, ...built };
  const all = {
    ...{ name: 'production', upstream: a, runs, deployed: a, promoted: { discounts: digest('a') } },
    config: config({
      promotesFrom: 'staging',
      gate: '[{"name":"shop","type":"http","service":"discounts","path":"/"}]',
    }),
  };
  const passed = [verdict(a, gateOf(), 'passed'), cutover(a)];

  it('is asked the same as before: nothing is tested or switched for the fuller name', async () => {
    const { recorder } = await declare({ ...all, records: passed });
    const asked = stdinOf(recorder.inputs(command, 'promotion'));
    assert.deepEqual([asked['candidate'], 'digests' in asked], [a, false]);
    assert.deepEqual(cutoverInput(recorder).candidate, a);
    assert.deepEqual(images(recorder), [
      `localhost:5500/discounts@${digest('a')}`,
      `localhost:5500/frontend@${digest('f')}`,
    ]);
  });

  it('keeps its refusals', async () => {
    const { recorder } = await declare({
      ...{ ...all, upstream: b, records: [...passed, verdict(b, gateOf(), 'refused')] },
    });
    assert.deepEqual(cutoverInput(recorder).candidate, a);
    assert.ok(recorder.resources.some(({ name }) => name === 'refusal'));
  });

  it('has everything else tested anew, whatever has passed by then', async () => {
    const { recorder } = await declare({
      ...{ ...all, upstream: b, promoted: { discounts: digest('b') } },
      records: [...passed, verdict(b, gateOf(), 'passed'), verdict(b, gate('/old'), 'passed')],
    });
    assert.deepEqual(stdinOf(recorder.inputs(command, 'promotion'))['digests'], {
      discounts: digest('b'),
      frontend: digest('f'),
    });
  });
});
