import assert from 'node:assert/strict';
import * as pulumi from '@pulumi/pulumi';
import { publicKey } from '../../clients/ssh/ssh';
import { UserError } from '../../base/errors';
import type { CutoverRecord, LedgerRecord } from '../../releases/ledger';
import { command, remoteCommand, valueOf, type Recorder } from '../components/mocks';
import { isSecret, plain, readable, stdinOf } from '../components/platform-args';
import { assertTold } from '../errors/told';
import { again, candidate, cutover, unhealthy } from '../releases/fixtures';
import { access as storeAccess } from '../targets/store-home';
import { hash, hostKey, passwords, place, upstream, untouched, asLeft, declare } from './declared-compose';
import { real, recorded, script } from './seen-compose';

const ledger = { environment: 'pilot', key: storeAccess.key };

describe('an environment that is a compose project on another machine', () => {
  before(() => assert.equal(publicKey(hostKey).type, 'ssh-ed25519'));

  it('is a script on that machine and a record in its ledger, and nothing on this engine', async () => {
    const { recorder, asked } = await declare();
    assert.deepEqual(asked, [ledger, place]);
    assert.deepEqual(
      real(recorder).map(({ type, name }) => [type, name]),
      [
        [remoteCommand, 'deploy'],
        [command, 'cutover'],
      ],
    );
    const { stdin, ...deploy } = recorder.inputs(remoteCommand, 'deploy');
    assert.deepEqual(plain(deploy), {
      // Beside what is asked for, what the SDK adds.
      connection: { ...place.ssh, dialErrorLimit: 3, perDialTimeout: 15 },
      create: 'sh -s',
      addPreviousOutputInEnv: false,
      logging: 'stderr',
    });
    assert.equal(isSecret(stdin), true);
    const text = script(recorder);
    assert.match(text, /^folder=\/usr\/local\/shop-pilot$/m);
    assert.match(text, /^registry=harbor\.example\.com$/m);
    assert.ok(text.includes(`password=${passwords[1]}\n`));
    assert.ok(text.includes(`harbor.example.com/shop/discounts:1.4@${hash('p')} ${hash('p')} 90; }`), text);
    const { ledger: access, machine, ...input } = recorded(recorder);
    assert.deepEqual(
      { ...input, at: 'now' },
      {
        environment: 'pilot',
        candidate: {
          discounts: {
            service: 'discounts',
            image: 'harbor.example.com/shop/discounts',
            digest: hash('p'),
            revision: 'c0ffee',
            tag: '1.4',
          },
        },
        releases: input.releases,
        at: 'now',
        printed: '{"services":{}}',
      },
    );
    assert.deepEqual(Object.keys(input.releases), ['discounts']);
    assert.deepEqual([access, machine], [storeAccess, place]);
    assert.equal(isSecret(recorder.inputs(command, 'cutover')['stdin']), true);
    assert.equal(recorder.inputs(command, 'cutover')['create'], 'node actions/run.cjs record-deployment');
  });

  it('has its ledger there where the state is where no store can be', async () => {
    const ledgers = { ...storeAccess, onMachines: true as const };
    const { recorder, asked } = await declare({ ledgers });
    assert.deepEqual(asked, [{ ...ledger, machine: place }, place]);
    assert.deepEqual(recorded(recorder).ledger, ledgers);
  });

  it('takes into its ledger what the machine has noted, before it is read; a preview writes nothing', async () => {
    assert.deepEqual((await declare()).failures, [[place, ledger]]);
    assert.deepEqual((await declare({ preview: true })).failures, []);
  });

  it('has no password in what a state shows', async () => {
    const { recorder, outputs } = await declare();
    const shown = JSON.stringify(recorder.resources.map(({ inputs }) => readable(inputs)));
    for (const password of passwords) assert.ok(!shown.includes(password), shown);
    // They are there: the test would find them.
    const all = JSON.stringify(recorder.resources.map(({ inputs }) => plain(inputs)));
    for (const password of passwords.slice(0, 2)) assert.ok(all.includes(password));
    const { place: told, ...others } = outputs;
    assert.equal(await pulumi.isSecret(told as pulumi.Output<unknown>), true);
    assert.deepEqual(await valueOf(told as pulumi.Output<unknown>), upstream);
    for (const [name, output] of Object.entries(others)) {
      const value = JSON.stringify([await valueOf(pulumi.output(output))]);
      for (const password of passwords) assert.ok(!value.includes(password), name);
    }
    assert.equal(others['network'], null);
  });

  it('tells the address that the machine has', async () => {
    const { outputs } = await declare();
    const told = (await valueOf(outputs['services'] as pulumi.Output<Record<string, { url: string }>>))['discounts'];
    assert.equal(told?.url, 'http://pilot.example.com:8082');
  });

  describe('deployed once more', () => {
    /** What the first deployment leaves in the ledger. */
    async function first(): Promise<{ recorder: Recorder; left: CutoverRecord }> {
      const { recorder } = await declare();
      const { environment, candidate: taken, releases, at } = recorded(recorder);
      return { recorder, left: { kind: 'cutover', at, environment, candidate: taken, releases } };
    }

    it('changes nothing while the machine is as that has left it', async () => {
      const { recorder, left } = await first();
      const second = await declare({ now: asLeft(left.candidate), records: [left] });
      assert.deepEqual(
        real(second.recorder).map(({ name, inputs }) => [name, plain(inputs)]),
        real(recorder).map(({ name, inputs }) => [name, plain(inputs)]),
      );
    });

    for (const [what, now] of [
      ['its container is gone', untouched],
      ['it is not healthy', asLeft(candidate('p'), { healthy: false })],
      ['another image runs', asLeft(candidate('p'), { digest: hash('x') })],
    ] as const) {
      it(`runs again when ${what}`, async () => {
        const { recorder, left } = await first();
        const old = { ...left, at: '2026-01-01T00:00:00.000Z' };
        const second = await declare({ now, records: [old] });
        assert.notEqual(recorded(second.recorder).at, old.at);
        assert.notEqual(script(second.recorder), script(recorder).replaceAll(left.at, old.at));
        // And stays as it is when it is right again.
        const third = await declare({ now: asLeft(left.candidate), records: [old] });
        assert.equal(script(third.recorder), script(recorder).replaceAll(left.at, old.at));
      });
    }

    it('runs again for another candidate', async () => {
      const { left } = await first();
      const before = { ...left, candidate: candidate('a') };
      const { recorder } = await declare({ now: asLeft(left.candidate), records: [before] });
      assert.notEqual(recorded(recorder).at, left.at);
    });
  });

  describe('whose last release did not become healthy', () => {
    const before = cutover(candidate('a'), 'pilot');
    /** As an update with these settings would have recorded it. */
    async function afterFailure(): Promise<LedgerRecord[]> {
      const { recorder } = await declare();
      const { candidate: taken, releases } = recorded(recorder);
      return [before, { ...unhealthy(taken), environment: 'pilot', releases }];
    }
    const said = (recorder: Recorder): string =>
      (stdinOf(recorder.inputs(command, 'refusal')) as { text: string }).text;

    it('is not stopped for it again: keeps the one before, says so and fails', async () => {
      const records = await afterFailure();
      const { recorder } = await declare({ now: asLeft(candidate('a')), records });
      assert.deepEqual(recorded(recorder).candidate, candidate('a'));
      // The script is the one that has run: nothing is done on the machine.
      assert.equal(recorded(recorder).at, before.at);
      assert.match(
        said(recorder),
        /^pilot keeps what it runs: discounts sha256:p+ did not become healthy at 2026-.*\n {2}because: discounts is exited \(code 3\)\n {2}next: push a change that passes, or change the settings; to try it once more as it is: \.\/sluice promote pilot --again$/,
      );
    });

    it('tries nothing by itself where there is no other, and says so', async () => {
      const [, record] = await afterFailure();
      const { recorder, outputs } = await declare({ records: record === undefined ? [] : [record] });
      assert.equal(outputs['deployed'], null);
      assert.ok(!real(recorder).some(({ name }) => name === 'deploy'));
      assert.match(said(recorder), /did not become healthy/);
    });

    it('tries it once more when somebody wants that', async () => {
      const records = [...(await afterFailure()), { ...again(candidate('p')), environment: 'pilot' }];
      const { recorder } = await declare({ now: asLeft(candidate('a')), records });
      assert.equal(recorded(recorder).candidate['discounts']?.digest, hash('p'));
      assert.ok(!real(recorder).some(({ name }) => name === 'refusal'));
    });
  });

  it('keeps a candidate with a service that its configuration and the file there have no longer', async () => {
    const a = candidate('a');
    const kept = { ...a, gone: { ...a['discounts']!, service: 'gone' } };
    const { recorder: bare } = await declare({ records: [cutover(a, 'pilot')] });
    const record = { ...unhealthy(candidate('p')), environment: 'pilot', releases: recorded(bare).releases };
    const last = { ...cutover(kept, 'pilot') };
    const { recorder } = await declare({ now: asLeft(a), records: [last, record] });
    assert.deepEqual(recorded(recorder).candidate, kept);
    assert.deepEqual(Object.keys(recorded(recorder).releases), ['discounts']);
    assert.equal(recorded(recorder).at, last.at);
    assert.ok(!script(recorder).includes('"$@" gone'));
  });

  it('is adopted where its ledger has lost what it runs of ours, and is deployed as before', async () => {
    const ours = { discounts: { ...candidate('p')['discounts']!, image: 'harbor.example.com/shop/discounts' } };
    const { appended, asked, recorder } = await declare({ now: asLeft(ours) });
    const [entry] = appended;
    assert.ok(entry?.kind === 'adopted' && appended.length === 1);
    assert.equal(entry.environment, 'pilot');
    assert.deepEqual(entry.candidate, { discounts: { ...ours['discounts'], revision: '' } });
    assert.deepEqual(Object.keys(entry.releases), ['discounts']);
    // Ledger, project, and the ledger once more.
    assert.deepEqual(asked, [ledger, place, ledger]);
    assert.equal(recorded(recorder).at, entry.at);
  });

  it('adopts nothing that somebody else has started there', async () => {
    for (const now of [
      untouched,
      asLeft(candidate('p')),
      asLeft(candidate('p'), { healthy: false }),
      { ...untouched, running: { discounts: asLeft(candidate('p'), { digest: '' }).running['discounts']! } },
    ]) {
      assert.deepEqual((await declare({ now })).appended, []);
    }
  });

  it('names the line of a file in which its image can’t be put', async () => {
    const now = { ...untouched, text: 'services:\n  discounts:\n    image: shop:${TAG}\n' };
    await assert.rejects(declare({ now }), {
      name: 'UserError',
      message: /^docker-compose\.yml of pilot\.example\.com, line 3: the image of discounts holds a variable/,
    });
  });

  it('names the line of a file that is no UTF-8, which would never be found as it was looked at', async () => {
    await assert.rejects(declare({ now: { ...untouched, badLine: 4 } }), (error: Error) => {
      assert.equal(error.message, 'docker-compose.yml of pilot.example.com, line 4: it holds a byte that is no UTF-8');
      assert.ok(error instanceof UserError);
      assertTold('composeNotUtf8', error);
      return true;
    });
  });
});
