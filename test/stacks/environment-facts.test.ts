import assert from 'node:assert/strict';
import type { EnvironmentConfig } from '../../config';
import { DockerError, type ContainerInfo } from '../../clients/docker/docker';
import type { Serving } from '../../clients/edge/serving';
import { labels } from '../../clients/docker/labels';
import type { AdoptedRecord, LedgerRecord } from '../../releases/ledger';
import type { Candidate } from '../../releases/types';
import { untilRead } from '../../stacks/own-outputs';
import { releaseSet } from '../../stacks/releases-of';
import { command, container } from '../components/mocks';
import { stdinOf } from '../components/platform-args';
import { adopted, candidate, cutover, gate, rollback, switched, verdict } from '../releases/fixtures';
import { assertTold } from '../errors/told';
import { built, config, cutoverInput, declare, digest, gated, gateOf } from './declared-environment';

const asking = () =>
  config({
    promotesFrom: 'staging',
    approval: 'required',
    gate: '[{"name":"shop","type":"http","service":"discounts","path":"/"}]',
  });
const fixed = built;
const [a, b] = [candidate('a'), candidate('b')];
/** With what the platform builds. */
const whole = (of: Candidate): Candidate => ({ ...of, ...fixed });
const noEdge = new DockerError(['exec', 'sluice-production-edge'], {
  stdout: '',
  stderr: 'Error response from daemon: No such container: sluice-production-edge',
  code: 1,
});

/** What the edge of an environment sends requests to that has been deployed with this config. */
function serves(of: Candidate, by: EnvironmentConfig, name = 'production'): Record<string, Serving> {
  const all: Candidate = { ...of, ...fixed };
  return Object.fromEntries(
    Object.entries(releaseSet(by, all)).map(([service, release]) => {
      const { image, digest: own, revision } = all[service] ?? assert.fail();
      const [word = '', port = ''] = release.split(':');
      const info = {
        Name: `/sluice-${name}-${by.services[service]?.strategy === 'recreate' ? service : word}`,
        Config: {
          Image: `${image}@${own}`,
          Labels: { [labels.digest]: own, 'org.opencontainers.image.revision': revision },
        },
      } as unknown as ContainerInfo;
      return [service, { container: info, port: Number(port) }];
    }),
  );
}

const recorded = (of: Candidate, by: EnvironmentConfig, environment = 'production') => ({
  kind: 'adopted',
  environment,
  candidate: Object.hasOwn(by.services, 'frontend') ? whole(of) : of,
  releases: releaseSet(by, { ...of, ...fixed }),
  ...(by.promotesFrom === '' ? {} : { gate: by.gate }),
});
/** What was appended, without when and by whom. */
const told = (appended: readonly LedgerRecord[]): unknown[] =>
  appended.map((entry) => {
    const { at, by, ...rest } = entry as AdoptedRecord;
    assert.ok(at !== '' && by !== undefined);
    return rest;
  });

describe('an environment that serves what its ledger does not know', () => {
  const promoted = { discounts: digest('a') };

  for (const [name, records] of [
    ['EmptyLedger', []],
    ['LostLedger: it was made anew, and another environment is in it', [cutover(a, 'staging')]],
    ['a ledger without its end', [cutover(b), rollback(a, b)]],
  ] as const) {
    it(`${name}: is adopted once, and keeps that while another waits for an approval`, async () => {
      const by = asking();
      const { recorder, appended, outputs } = await declare({
        ...{ name: 'production', config: by, records: [...records], serving: serves(a, by), deployed: a },
        ...{ upstream: candidate('c'), promoted },
      });
      assert.deepEqual(told(appended), [recorded(a, by)]);
      assert.deepEqual(cutoverInput(recorder).candidate, whole(a));
      // The same question as before, which the record answers: nothing runs again.
      assert.deepEqual(stdinOf(recorder.inputs(command, 'promotion'))['gate'], by.gate);
      assert.deepEqual(outputs['waiting'], whole(candidate('c')));
    });
  }

  it('ApprovalAddedToARunningEnvironment: nobody is asked about what runs, and nothing is tested', async () => {
    const by = asking();
    const { recorder, appended } = await declare({
      ...{ name: 'production', config: by, serving: serves(a, by), deployed: a, upstream: a, promoted },
    });
    assert.equal(appended.length, 1);
    assert.deepEqual(cutoverInput(recorder).candidate, whole(a));
    assert.ok(!recorder.resources.some(({ name }) => name === 'trial' || name === 'refusal'));
  });

  it('GateAddedToARunningEnvironment: what runs is kept while the gate refuses what is offered', async () => {
    const by = gated();
    const { recorder } = await declare({
      ...{ name: 'production', config: by, serving: serves(a, by), deployed: a, upstream: b, promoted },
      records: [verdict(whole(b), gateOf(), 'refused')],
    });
    assert.deepEqual(cutoverInput(recorder).candidate, whole(a));
    assert.ok(recorder.resources.some(({ name }) => name === 'refusal'));
  });

  it('keeps it while upstream has nothing, or its channel', async () => {
    const by = gated();
    const behind = await declare({
      ...{ name: 'production', config: by, serving: serves(a, by), upstream: null, promoted },
    });
    assert.deepEqual(cutoverInput(behind.recorder).candidate, whole(a));
    const follows = config({ services: '{"api":{"repository":"new-api","port":1}}' });
    const api: Candidate = {
      api: { service: 'api', image: 'localhost:5500/new-api', digest: digest('a'), revision: '' },
    };
    const emptied = await declare({ name: 'staging', config: follows, serving: serves(api, follows, 'staging') });
    assert.deepEqual(cutoverInput(emptied.recorder).candidate, api);
  });

  it('is told so by a preview, which records nothing', async () => {
    const by = asking();
    const { recorder, appended } = await declare({
      ...{ name: 'production', config: by, serving: serves(a, by), deployed: a, upstream: b, promoted, preview: true },
    });
    assert.deepEqual(appended, []);
    assert.deepEqual(cutoverInput(recorder).candidate, whole(a));
  });

  it('is adopted by one of two that look at the same time', async () => {
    const by = asking();
    const { appended, recorder } = await declare({
      ...{ name: 'production', config: by, serving: serves(a, by), deployed: a, upstream: b, promoted },
      meanwhile: [adopted(a)],
    });
    assert.deepEqual(appended, []);
    assert.deepEqual(cutoverInput(recorder).candidate, a);
  });

  it('is not adopted when its ledger knows it, whether the state does or not', async () => {
    const by = asking();
    for (const records of [[cutover(a)], [cutover(b), switched(a, b)], [adopted(a)]]) {
      // That of a switch without an end is another case: its end was lost.
      const others = records.some(({ kind }) => kind === 'switch') ? [] : [{ deployed: a }];
      for (const deployed of [{}, ...others, { deployed: b }]) {
        const { appended } = await declare({
          ...{ name: 'production', config: by, records, serving: serves(a, by), upstream: a, promoted, ...deployed },
        });
        assert.deepEqual(appended, [], JSON.stringify([records, deployed]));
      }
    }
  });

  it('has the names of its releases by its containers, whatever its settings are now', async () => {
    const before = config();
    const now = config({
      services:
        '{"frontend":{"build":"frontend","port":1},"discounts":{"repository":"discounts","port":2,"env":{"A":"2"}}}',
    });
    const { appended } = await declare({ name: 'staging', config: now, serving: serves(a, before, 'staging') });
    assert.deepEqual(told(appended), [recorded(a, before, 'staging')]);
    const alone = config({
      services: '{"discounts":{"repository":"discounts","port":2,"strategy":"recreate","volumes":{"/data":"d"}}}',
    });
    const { appended: named } = await declare({ name: 'staging', config: alone, serving: serves(a, alone, 'staging') });
    assert.deepEqual(told(named), [{ ...recorded(a, alone, 'staging'), releases: releaseSet(alone, a) }]);
  });
});

describe('an environment that runs something, but can take nothing', () => {
  /** One of its services has stopped, so that nobody can tell what it is. */
  const half = (by: EnvironmentConfig) => ({ ...serves(a, by), discounts: undefined });

  it('fails instead of taking it away: while something waits, stands refused, or nothing is there', async () => {
    const by = asking();
    const of = { name: 'production', config: by, deployed: a };
    for (const [more, why, next] of [
      [{ upstream: b }, /waits for an approval; what runs stays/, /\.\/sluice approve production --candidate/],
      [
        { upstream: b, records: [verdict(whole(b), by.gate, 'refused')] },
        /discounts sha256:bbbbbbbbbbbb bbbbbbbb, frontend sha256:ffffffffffff content stands refused; what runs stays/,
        /\.\/sluice promote production --again/,
      ],
      [{ upstream: null }, /staging has deployed nothing that it could take; what/, /\.\/sluice up staging production/],
    ] as const) {
      await assert.rejects(
        declare({ ...of, ...more, records: [...('records' in more ? more.records : [])] }),
        (error) => {
          assert.ok(error instanceof Error && 'next' in error);
          assertTold('nothingToTake', error as { message: string; next: string });
          assert.match(error.message, why);
          assert.match(String(error.next), next);
          return true;
        },
      );
    }
  });

  it('fails instead of putting back what a ledger without its end tells of', async () => {
    const by = asking();
    const of = {
      name: 'production',
      config: by,
      records: [cutover(a)],
      deployed: b,
      promoted: { discounts: digest('a') },
    };
    const half = { ...serves(b, by), discounts: undefined };
    for (const serving of [half, {}, noEdge, new Error('it took more than 10 s')]) {
      for (const upstream of [candidate('c'), null, a]) {
        await assert.rejects(declare({ ...of, serving, upstream }), (error) => {
          assertTold('putBack', error as { message: string; next: string });
          return true;
        });
      }
    }
    // Whoever rolls back says so himself; and what was not there before is no way back.
    const { recorder } = await declare({ ...of, records: [cutover(a), rollback(a, b)], serving: half, upstream: b });
    assert.deepEqual(cutoverInput(recorder).candidate, a);
  });

  it('fails when nobody can look, and nothing is on record', async () => {
    await assert.rejects(
      declare({ name: 'production', config: asking(), upstream: b, serving: new Error('it took more than 10 s') }),
      /^production runs something/,
    );
  });

  it('fails when the state tells nothing, but the edge still serves', async () => {
    const by = asking();
    await assert.rejects(
      declare({ name: 'production', config: by, serving: half(by), upstream: b }),
      /^production runs something of which its ledger does not know what it is/,
    );
  });

  it('fails when it has got another name, other machine or other edge that tells nothing', async () => {
    await assert.rejects(
      declare({
        ...{ name: 'prod', config: asking(), deployed: a, upstream: b },
        serving: noEdge,
      }),
      /^prod runs something/,
    );
  });

  it('fails when its channel has nothing', async () => {
    const follows = config({ services: '{"api":{"repository":"new-api","port":1}}' });
    await assert.rejects(
      declare({ name: 'staging', config: follows, deployed: a }),
      /staging follows channel staging, in which new-api has no release yet; what runs stays as it is/,
    );
  });

  it('is no failure before anything runs: what a failed first deployment has left is none of it', async () => {
    const by = asking();
    const left = { frontend: undefined, discounts: undefined };
    const { recorder, outputs } = await declare({ name: 'production', config: by, upstream: b, serving: left });
    assert.deepEqual(outputs['deployed'], null);
    assert.equal(recorder.resources.filter(({ type }) => type === container).length, 0);
    assert.ok(recorder.resources.some(({ name }) => name === 'trial'));
  });

  it('runs what it can take', async () => {
    const { recorder } = await declare({
      ...{ name: 'production', config: gated(), deployed: a, upstream: b, promoted: { discounts: digest('b') } },
      records: [verdict(b, gate('/other'), 'refused')],
    });
    assert.deepEqual(cutoverInput(recorder).candidate, whole(b));
  });
});

describe('a state that is just being written', () => {
  it('is read again until it can be read, and not for ever', async () => {
    let tries = 0;
    const read = (good: number) => () => {
      tries += 1;
      return tries < good ? Promise.reject(new Error('failed to load checkpoint: EOF')) : Promise.resolve('whole');
    };
    assert.equal(await untilRead(read(3), 5, 1), 'whole');
    tries = 0;
    await assert.rejects(untilRead(read(9), 5, 1), /EOF/);
    assert.equal(tries, 5);
  });
});
