import assert from 'node:assert/strict';
import * as pulumi from '@pulumi/pulumi';
import { parseConfig, type EnvironmentConfig } from '../../config';
import { declareEnvironment, type Outside } from '../../stacks/environment';
import type { LedgerRecord } from '../../releases/ledger';
import type { Candidate } from '../../releases/types';
import type { CutoverInput } from '../../actions/cutover';
import { command, container, record, remoteImage, valueOf, type Recorder } from '../components/mocks';
import { isSecret, stdinOf } from '../components/platform-args';
import { candidate, cutover, gate, rollback, switched, takenBack, verdict } from '../releases/fixtures';

const digest = (character: string): string => `sha256:${character.repeat(64)}`;
const platform = {
  instance: 'sluice',
  bind: '127.0.0.1',
  registry: { address: 'localhost:5500', url: 'http://localhost:5500', stepsUrl: 'http://sluice-gateway:5000' },
  registryLogins: {
    pull: { username: 'sluice-pull', password: 'x' },
    push: { username: 'sluice-push', password: 'y' },
    delete: { username: 'sluice-delete', password: 'z' },
  },
  images: { frontend: { image: 'localhost:5500/frontend', digest: digest('f'), revision: 'content' } },
  toolImages: { edge: 'edge:1', tools: 'tools:1' },
  ledger: { container: 'sluice-ledger', volume: 'sluice-ledger' },
};
const services =
  '{"frontend":{"build":"frontend","port":1},"discounts":{"repository":"discounts","port":2,"env":{"A":"1"}}}';

function config(values: Record<string, string> = {}): EnvironmentConfig {
  const parsed = parseConfig('production', {
    role: 'environment',
    platform: 'platform',
    bind: '',
    promotesFrom: '',
    channel: '',
    services,
    gate: '[]',
    ...values,
  });
  assert.ok(parsed.role === 'environment');
  return parsed;
}

const registry: Outside['registry'] = () => ({
  // What begins with "new" has not been pushed yet.
  find: (repository, reference) =>
    Promise.resolve(
      repository.startsWith('new') ? undefined : { digest: digest(reference.slice(0, 1)), mediaType: '', size: 1 },
    ),
  labels: () =>
    Promise.resolve({ 'org.opencontainers.image.revision': 'c0ffee', 'sluice.commit.message': 'A discount' }),
});

/** Declares an environment over a platform and an upstream environment that answer with these outputs. */
async function declare(o: {
  name: string;
  config: EnvironmentConfig;
  records?: LedgerRecord[];
  upstream?: Candidate | null;
  promoted?: Record<string, string>;
}) {
  const recorder = await record({
    stack: o.name,
    stdout: { promotion: { promoted: o.promoted ?? {} }, cutover: { candidate: {}, containers: { discounts: 'c' } } },
    references: {
      'organization/sluice/platform': platform,
      'organization/sluice/staging':
        o.upstream === undefined ? {} : { deployed: o.upstream === null ? null : { candidate: o.upstream } },
    },
  });
  const outputs = await declareEnvironment(o.name, o.config, {
    records: () => Promise.resolve(o.records ?? []),
    registry,
    files: () => [],
    project: () => Promise.reject(new Error('there is none')),
  });
  // Resources are registered behind the program's back: what depends on all of them is known last.
  if (pulumi.Output.isInstance(outputs['services'])) await valueOf(outputs['services']);
  await pulumi.runtime.disconnect();
  return { recorder, outputs };
}

/** What the cutover is asked. */
function cutoverInput(recorder: Recorder): CutoverInput & { brokenAt?: string } {
  return JSON.parse(String(recorder.inputs(command, 'cutover')['stdin'])) as CutoverInput;
}

const gated = () =>
  config({ promotesFrom: 'staging', gate: '[{"name":"shop","type":"http","service":"discounts","path":"/"}]' });
const gateOf = () => gated().gate;

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

  describe('of whose services one has no release yet', () => {
    const two = config({
      services: '{"api":{"repository":"new-api","port":1},"web":{"repository":"web","port":2,"env":{"A":"1"}}}',
    });

    it('runs nothing before its first deployment, and that is no failure', async () => {
      const { recorder, outputs } = await declare({ name: 'staging', config: two });
      assert.deepEqual(outputs, { services: {}, deployed: null, gate: null, waiting: null });
      assert.deepEqual(
        recorder.resources.filter(({ type }) => type === container || type === command),
        [],
      );
    });

    it('fails once it runs, because taking nothing would take it down', async () => {
      const records = [cutover(candidate('a'), 'staging')];
      await assert.rejects(
        declare({ name: 'staging', config: two, records }),
        /staging follows channel staging, in which new-api has no release yet; what runs stays as it is/,
      );
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
      assert.match(refusal.text, /npm run promote -- staging --again$/);
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
    const { recorder } = await declare({ name: 'staging', config: config(), records });
    assert.deepEqual(cutoverInput(recorder).candidate, candidate('b'));
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

describe('an environment behind a gate', () => {
  /** Production, whose gate lets through what staging has deployed. */
  const promote = () =>
    declare({ name: 'production', config: gated(), upstream: candidate('a'), promoted: { discounts: digest('a') } });

  it('asks the gate about what upstream has deployed and takes the image from the gate’s output', async () => {
    const { recorder } = await promote();
    const input = JSON.parse(String(recorder.inputs(command, 'promotion')['stdin'])) as Record<string, unknown>;
    assert.deepEqual(input['candidate'], candidate('a'));
    assert.deepEqual(input['gate'], gateOf());
    assert.ok(
      recorder.resources.some(
        ({ type, inputs }) => type === remoteImage && inputs['name'] === `localhost:5500/discounts@${digest('a')}`,
      ),
    );
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
    assert.equal(isSecret(without.inputs(command, 'cutover')['stdin']), false);
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
      promoted: { discounts: digest('a') },
    });
    const input = JSON.parse(String(recorder.inputs(command, 'promotion')['stdin'])) as Record<string, unknown>;
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

  it('fails when what it keeps lacks a service that it has got since, instead of taking the others down', async () => {
    const wider = config({
      promotesFrom: 'staging',
      services: '{"api":{"repository":"api","port":1},"discounts":{"repository":"discounts","port":2}}',
    });
    await assert.rejects(
      declare({ name: 'production', config: wider, upstream: candidate('a'), records: [cutover(candidate('a'))] }),
      /production has to run api, of which no release has got here; what runs stays as it is/,
    );
  });

  it('does not tell of a service that it has no more', async () => {
    const fewer = config({ promotesFrom: 'staging', services: '{"frontend":{"build":"frontend","port":1}}' });
    const { outputs } = await declare({
      name: 'production',
      config: fewer,
      upstream: null,
      records: [cutover(candidate('a'))],
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
