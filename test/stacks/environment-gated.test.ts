import assert from 'node:assert/strict';
import { mock } from 'node:test';
import * as pulumi from '@pulumi/pulumi';
import { command, container, remoteImage, valueOf } from '../components/mocks';
import { isSecret, stdinOf } from '../components/platform-args';
import { candidate, cutover, gate, verdict } from '../releases/fixtures';
import { built, config, declare, digest, gated, gateOf } from './declared-environment';

describe('an environment behind a gate', () => {
  /** Production, whose gate lets through what staging has deployed. */
  const promote = () =>
    declare({ name: 'production', config: gated(), upstream: candidate('a'), promoted: { discounts: digest('a') } });

  it('asks the gate about what upstream has deployed and takes the image from the gate’s output', async () => {
    const { recorder } = await promote();
    const input = stdinOf(recorder.inputs(command, 'promotion'));
    assert.deepEqual(input['candidate'], { ...candidate('a'), ...built });
    assert.deepEqual(input['digests'], { discounts: digest('a'), frontend: digest('f') });
    assert.deepEqual(input['gate'], gateOf());
    assert.ok(
      recorder.resources.some(
        ({ type, inputs }) => type === remoteImage && inputs['name'] === `localhost:5500/discounts@${digest('a')}`,
      ),
    );
  });

  it('asks its gate about nothing new while something does not run: that is put right', async () => {
    const both = { ...candidate('b'), ...built };
    const records = [verdict(both, gateOf(), 'passed'), cutover(both)];
    const o = { name: 'production', config: gated(), upstream: candidate('a'), records };
    const { recorder } = await declare({ ...o, promoted: { discounts: digest('b') }, repair: true });
    assert.deepEqual(stdinOf(recorder.inputs(command, 'promotion'))['candidate'], both);
  });

  it('OtherUpstreamsPass: asks about what it keeps as its pass was won, and so tests it no more', async () => {
    const [kept, offered] = [
      { ...candidate('a'), ...built },
      { ...candidate('b'), ...built },
    ];
    const digests = { discounts: digest('a'), frontend: digest('f') };
    const { recorder } = await declare({
      ...{ name: 'production', config: gated(), upstream: candidate('b'), promoted: { discounts: digest('a') } },
      records: [
        { ...verdict(kept, gateOf(), 'passed'), upstream: 'dev', digests },
        cutover(kept),
        verdict(offered, gateOf(), 'refused'),
      ],
    });
    const asked = stdinOf(recorder.inputs(command, 'promotion'));
    assert.deepEqual([asked['candidate'], asked['upstream'], asked['digests']], [kept, 'dev', digests]);
  });

  it('UntestedFixedImage: takes a new image of its own from the gate’s output, and from nowhere else', async () => {
    const services = `{"discounts":{"repository":"discounts","port":2},"db":{"image":"db@${digest('d')}","port":5}}`;
    const db = { service: 'db', image: 'db', digest: digest('d'), revision: '' };
    const log = mock.method(pulumi.log, 'error', () => Promise.resolve());
    const ended = mock.method(process, 'exit', () => {
      throw new Error('the program has ended');
    });
    try {
      const declared = declare({
        ...{ name: 'production', config: config({ promotesFrom: 'staging', services, gate: '[]' }) },
        ...{ upstream: candidate('b'), upstreamServes: { ...candidate('b'), db } },
        promoted: { discounts: digest('b'), db: digest('e') },
      });
      await assert.rejects(declared, /the program has ended/);
      assert.match(String(log.mock.calls[0]?.arguments[0]), /^db: the gate has let through sha256:e{64}/);
      assert.equal(ended.mock.calls[0]?.arguments[0], 32);
    } finally {
      mock.restoreAll();
    }
  });

  it('gives gate and watch the secrets that their checks need: encrypted, and no reason to run anew', async () => {
    const secrets = { datadogApiKey: 'k3y-of-api', datadogAppKey: 'k3y-of-app' };
    const check = { name: 'd', type: 'datadog', search: 'tag:e2e', tunnel: true };
    const own = config({
      promotesFrom: 'staging',
      gate: JSON.stringify([check]),
      watch: JSON.stringify({ seconds: 10, checks: [check] }),
      ...secrets,
    });
    const { recorder, outputs } = await declare({
      name: 'production',
      config: own,
      upstream: candidate('a'),
      promoted: { discounts: digest('a') },
    });
    for (const resource of ['promotion', 'cutover']) {
      const { stdin, ...rest } = recorder.inputs(command, resource);
      assert.equal(isSecret(stdin), true);
      assert.deepEqual(stdinOf({ stdin })['secrets'], secrets);
      assert.doesNotMatch(JSON.stringify(rest), /k3y/);
    }
    assert.doesNotMatch(JSON.stringify(await valueOf(pulumi.output(outputs['gate']))), /k3y/);
    const { recorder: without } = await declare({
      name: 'production',
      config: config({ promotesFrom: 'staging', gate: JSON.stringify([check]), ...secrets }),
      upstream: candidate('a'),
      promoted: { discounts: digest('a') },
    });
    // Only the ledger's key is in it.
    assert.deepEqual(stdinOf(without.inputs(command, 'cutover'))['secrets'], undefined);
  });

  it('records what it has switched to in its own channel', async () => {
    const { recorder } = await promote();
    const { stdin, triggers } = recorder.inputs(command, 'channel') as { stdin: unknown; triggers: unknown[] };
    assert.deepEqual(JSON.parse(String((stdin as { value?: string }).value ?? stdin)), {
      channel: 'production',
      // The cutover's own output, as the fake engine prints it.
      candidate: {},
      registryUrl: 'http://localhost:5500',
      login: { username: 'sluice-push', password: 'y' },
    });
    assert.deepEqual(triggers, ['production', {}]);
  });

  it('keeps to what was promoted, and fails, while the offered candidate stands refused', async () => {
    const { recorder } = await declare({
      name: 'production',
      config: gated(),
      upstream: candidate('b'),
      records: [
        verdict(candidate('a'), gate('/old'), 'passed'),
        cutover(candidate('a')),
        verdict(candidate('b'), gateOf(), 'refused'),
      ],
      runs: { ...candidate('a'), ...built },
      promoted: { discounts: digest('a') },
    });
    const input = stdinOf(recorder.inputs(command, 'promotion'));
    assert.deepEqual(input['candidate'], candidate('a'));
    // The gate that let it through, so that nothing is asked again.
    assert.deepEqual(input['gate'], gate('/old'));
    const refusal = JSON.parse(String(recorder.inputs(command, 'refusal')['stdin'])) as { text: string };
    assert.match(
      refusal.text,
      /^production keeps what it runs: discounts sha256:bbbbbbbbbbbb stands refused since 2026/,
    );
    assert.equal(recorder.inputs(command, 'refusal')['create'], 'node actions/run.cjs report-refusal');
  });

  it('keeps what it ran before it had a gate while upstream has deployed nothing', async () => {
    const { recorder } = await declare({
      name: 'production',
      config: gated(),
      upstream: null,
      records: [cutover(candidate('a'))],
    });
    assert.ok(!recorder.resources.some(({ name }) => name === 'promotion'));
    const images = recorder.resources.filter(({ type }) => type === remoteImage).map(({ inputs }) => inputs['name']);
    assert.ok(images.includes(`localhost:5500/discounts@${digest('a')}`), images.join());
  });

  it('does not tell of a service that it has no more', async () => {
    const fewer = config({ promotesFrom: 'staging', services: '{"frontend":{"build":"frontend","port":1}}' });
    const { outputs } = await declare({
      ...{ name: 'production', config: fewer, upstream: null, records: [cutover(candidate('a'))] },
      runs: { ...candidate('a'), ...built },
    });
    const told = await valueOf(outputs['services'] as pulumi.Output<Record<string, unknown>>);
    assert.deepEqual(Object.keys(told), ['frontend']);
  });

  it('declares nothing while nothing has passed', async () => {
    for (const upstream of [undefined, null, {}]) {
      const { recorder, outputs } = await declare({ name: 'production', config: gated(), upstream });
      assert.deepEqual(outputs, { services: {}, deployed: null, gate: null, waiting: null });
      assert.equal(recorder.resources.filter(({ type }) => type === container).length, 0);
    }
  });
});
