import assert from 'node:assert/strict';
import { mock } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import * as pulumi from '@pulumi/pulumi';
import { ComposeProject } from '../../components/compose-project';
import { digestsOf } from '../../releases/names';
import type { Candidate } from '../../releases/types';
import { candidate, releasesOf } from '../releases/fixtures';
import { access } from '../targets/store-home';
import { command, record, remoteCommand, type Recorder } from './mocks';
import { isSecret, stdinOf } from './platform-args';

const [a, b] = [candidate('a'), candidate('b')];
const place = {
  ssh: { host: 'stage.example.com', port: 22, user: 'deploy', hostKey: 'ssh-ed25519 A', password: 'pa55' },
  folder: '/shop',
};
const at = '2026-01-01T00:00:00.000Z';
/** What is done, in the order in which Pulumi is asked for it. */
const done = ({ resources }: Recorder) =>
  resources.flatMap(({ type, name }) => (type === command || type === remoteCommand ? [name] : []));

/** Declares a project that is to take `a`. @param o.letIn what the ledger has let in, as the state says @param o.gate ends when the gate has printed */
async function declare(o: { gated: boolean; letIn?: Candidate; gate?: Promise<unknown> }): Promise<Recorder> {
  const recorder = await record({
    stdout: { 'require-pass': { letIn: digestsOf(o.letIn ?? a) }, deploy: { services: {} } },
  });
  const printed = o.gate ?? Promise.resolve();
  new ComposeProject('stage', {
    environment: 'stage',
    place,
    ledger: access,
    text: 'services:\n  discounts:\n    image: shop\n',
    file: { project: 'stage', lines: [] },
    candidate: a,
    gated: o.gated,
    services: Object.keys(a),
    releases: releasesOf(a),
    image: (service) => printed.then(() => `localhost:5500/${service}@${a[service]?.digest ?? ''}`),
    healthySeconds: { discounts: 60 },
    registry: { host: 'localhost:5500', username: 'robot', password: 'pa55' },
    at,
  });
  return recorder;
}

describe('a compose project behind a gate', () => {
  it('has the ledger asked about exactly what is deployed, and then deploys', async () => {
    const recorder = await declare({ gated: true });
    await pulumi.runtime.disconnect();
    assert.deepEqual(done(recorder), ['require-pass', 'deploy', 'cutover']);
    const { stdin, ...inputs } = recorder.inputs(command, 'require-pass');
    const images = { discounts: `localhost:5500/discounts@sha256:${'a'.repeat(64)}` };
    assert.deepEqual(inputs, {
      create: 'node actions/run.cjs require-pass',
      triggers: [JSON.stringify({ environment: 'stage', candidate: a, images, at })],
      logging: 'stderr',
    });
    // The ledger's key and the login are in it.
    assert.equal(isSecret(stdin), true);
    assert.deepEqual(stdinOf({ stdin }), {
      ...{ environment: 'stage', candidate: a, images, at },
      ...{ ledger: access, machine: place },
    });
  });

  it('has it asked no earlier than the gate has ended, which may have recorded the pass', async () => {
    let pass: (value?: unknown) => void = () => undefined;
    const recorder = await declare({ gated: true, gate: new Promise((resolve) => (pass = resolve)) });
    await sleep(200);
    assert.deepEqual(done(recorder), []);
    pass();
    await pulumi.runtime.disconnect();
    assert.deepEqual(done(recorder), ['require-pass', 'deploy', 'cutover']);
  });

  it('deploys nothing on an answer about another candidate, and says how the ledger is asked', async () => {
    const log = mock.method(pulumi.log, 'error', () => Promise.resolve());
    const ended = new Promise<unknown>((resolve) => {
      // Nothing comes after the end of a program: what waits for this waits for ever.
      mock.method(process, 'exit', (code: unknown) => (resolve(code), new Promise(() => undefined)));
    });
    try {
      const recorder = await declare({ gated: true, letIn: b });
      assert.equal(await Promise.race([ended, pulumi.runtime.disconnect()]), 32);
      assert.equal(
        String(log.mock.calls[0]?.arguments[0]),
        'stage: the ledger was asked about another candidate than discounts sha256:aaaaaaaaaaaa aaaaaaaa\n' +
          '  next: run the update without --target and --exclude, so that the ledger is asked',
      );
      assert.deepEqual(done(recorder), ['require-pass']);
    } finally {
      mock.restoreAll();
    }
  });
});

describe('a compose project without a gate', () => {
  it('asks for no pass', async () => {
    const recorder = await declare({ gated: false });
    await pulumi.runtime.disconnect();
    assert.deepEqual(done(recorder), ['deploy', 'cutover']);
  });
});
