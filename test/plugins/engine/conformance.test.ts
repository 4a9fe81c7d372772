import * as assert from 'node:assert/strict';
import * as net from 'node:net';
import { docker } from '../../../clients/docker/docker';
import { pluginNames } from '../../../toolchain/plugins/bundle';
import { holdsSecret, plainProperties, type Properties } from '../../../toolchain/plugins/serving/values';
import { halfMade, PluginClient, shown, type Diff, type Existing } from './client';
import { tableOf } from './conformance';
import { keyPair } from '../../clients/ssh/ssh-keys';
import { startSshHost, type SshHost } from '../../ssh-host';
import { filled, filledPattern, type Outcome, type Subject, type Words } from './conformance/row';
import { eachPlugin, type Executable } from './executables';
import { image, names, otherImage, prefix, setUp, tearDown } from './machine';

for (const plugin of pluginNames) {
  const { subjects, functions, settings, count } = tableOf(plugin);
  eachPlugin(plugin, `conformance: ${count} rows`, (executable) => {
    let client: PluginClient;
    let words: Words;
    let port: net.Server;
    let host: SshHost | undefined;

    before(async () => {
      await setUp();
      port = await takePort();
      // Only commands reach other machines.
      if (plugin === 'command') host = await startSshHost({ name: `plugin-${(hosts += 1)}` });
      words = { ...(await wordsOf(port)), ...(host === undefined ? {} : sshWords(host)) };
      client = await PluginClient.start(executable);
    });
    after(async () => {
      client.stop();
      port.close();
      await host?.stop();
      await tearDown();
    });

    for (const subject of subjects) {
      describe(subject.type, () => {
        const serial = counter();
        const own = (): Words => ({ ...words, ...namesOf(executable, serial()) });
        changes(subject, () => client, own);
        drifts(subject, () => client, own);
        secrets(subject, () => client, own);
        errors(subject, () => client, own);
      });
    }
    for (const row of settings) {
      it(`settings: ${row.what}, secret: ${row.secret.join(', ') || 'nothing'}`, async () => {
        const kept = await client.checkSettings(row.settings);
        assert.deepEqual(plainProperties(kept), row.kept);
        assert.deepEqual(secretsOf(kept), row.secret);
      });
    }
    for (const { token, inputs, answers } of functions) {
      const outcome = answers instanceof RegExp ? `refused: ${answers.source}` : `answers ${JSON.stringify(answers)}`;
      it(`${token} ${JSON.stringify(inputs)}: ${outcome}`, async () => {
        const asked = client.invoke(token, filled(inputs, words));
        if (answers instanceof RegExp) await assert.rejects(asked, filledPattern(answers, words));
        else assertHolds(await asked, filled(answers, words));
      });
    }
  });
}

function changes(subject: Subject, client: () => PluginClient, own: () => Words): void {
  describe('a change of', () => {
    const { type, deleteFirst } = subject;
    let words: Words;
    let base: Properties;
    let existing: Existing;

    before(async () => {
      words = own();
      base = filled({ ...subject.inputs, ...subject.base }, words);
      existing = await client().create(type, base);
    });
    after(() => client().delete(type, existing));

    it('nothing: nothing', async () => assertNoChange(await client().diff(type, existing, base)));

    it('nothing, after a refresh: nothing', async () => {
      const read = await client().read(type, existing);
      assert.ok(read);
      assertNoChange(await client().diff(type, read, base));
    });

    for (const [property, value, outcome] of subject.changes) {
      it(`${property} to ${value === undefined ? 'nothing' : JSON.stringify(value)}: ${outcome}`, async () => {
        const diff = await client().diff(
          type,
          existing,
          filled(given({ ...subject.inputs, ...subject.base, [property]: value as never }), words),
        );
        assert.equal(outcomeOf(diff, subject.replaceOnChanges), outcome, JSON.stringify(diff));
        if (outcome !== 'nothing') assert.ok(diff.changed.includes(property), diff.changed.join());
        if (outcome !== 'replace') return;
        const first = deleteFirst === 'always' || (deleteFirst === 'when the name stays' && property !== 'name');
        assert.equal(diff.deleteBeforeReplace, first);
      });
    }
  });
}

function drifts(subject: Subject, client: () => PluginClient, own: () => Words): void {
  const { type } = subject;
  for (const { what, inputs, happens, reads, then } of subject.drifts) {
    it(`${what}: reads as ${JSON.stringify(reads)}${then === undefined ? '' : `, then ${then.outcome}`}`, async () => {
      const words = own();
      const wanted = filled({ ...subject.inputs, ...inputs }, words);
      if (type.endsWith(':RemoteImage')) await docker(['tag', image, wanted['name'] as string]);
      const existing = await client().create(type, wanted);
      for (const call of happens) await docker(filled(call, { ...words, id: existing.id }));
      const read = await client().read(type, existing);
      if (reads === 'gone') {
        assert.equal(read, undefined);
        // What is gone can be deleted all the same.
        await client().delete(type, existing);
        return;
      }
      assert.ok(read);
      assertHolds(shown(read), filled(reads, words));
      if (then !== undefined) {
        const diff = await client().diff(type, read, wanted);
        assert.equal(outcomeOf(diff), then.outcome, JSON.stringify(diff));
        if (then.changed !== undefined) assert.deepEqual(diff.changed, then.changed);
        if (then.outcome === 'update')
          assertNoChange(await client().diff(type, await client().update(type, read, wanted), wanted));
      }
      await client().delete(type, read);
    });
  }
}

function secrets(subject: Subject, client: () => PluginClient, own: () => Words): void {
  const { type } = subject;
  for (const { what, inputs, secret } of subject.secrets) {
    it(`secret: ${what}: ${secret.join(', ') || 'no output'}`, async () => {
      const existing = await client().create(type, filled({ ...subject.inputs, ...inputs }, own()));
      assert.deepEqual(secretsOf(existing.state), secret);
      const read = await client().read(type, existing);
      assert.ok(read);
      assert.deepEqual(secretsOf(read.state), secret);
      await client().delete(type, existing);
    });
  }
}

function errors(subject: Subject, client: () => PluginClient, own: () => Words): void {
  const { type } = subject;
  for (const { what, inputs, first = [], fails, says, leaves = 'nothing' } of subject.errors) {
    it(`refused in ${fails}: ${what}, leaves ${leaves}`, async () => {
      const words = own();
      const wanted = filled(given({ ...subject.inputs, ...inputs }), words);
      for (const call of first) await docker(filled(call, words));
      const before = await names();
      let failed = 'nowhere';
      let error: unknown;
      try {
        failed = 'check';
        const checked = await client().check(type, wanted);
        failed = 'create';
        await client().createChecked(type, checked);
        failed = 'nowhere';
      } catch (reason) {
        error = reason;
      }
      assert.equal(failed, fails, String(error));
      assert.match((error as Error).message, filledPattern(says, words));
      const half = halfMade(error);
      if (leaves === 'half-made') {
        assert.ok(half, 'it stays in state');
        const read = await client().read(type, half);
        assert.equal(read?.id, half.id);
        await client().delete(type, half);
      } else assert.equal(half, undefined);
      assert.deepEqual(await names(), before);
    });
  }
}

async function wordsOf(port: net.Server): Promise<Words> {
  const id = async (name: string): Promise<string> =>
    (await docker(['image', 'inspect', '--format', '{{.Id}}', name])).stdout.trim();
  return {
    prefix,
    image,
    otherImage,
    imageId: await id(image),
    otherImageId: await id(otherImage),
    missing: `${prefix}-missing`,
    takenPort: (port.address() as net.AddressInfo).port,
  };
}

let hosts = 0;
function sshWords({ place, password, privateKey, hostKeys }: SshHost): Words {
  return {
    sshPort: place.port,
    sshPassword: password,
    sshPrivateKey: privateKey,
    sshHostKey: hostKeys.ed25519,
    sshOtherKey: keyPair().public,
    sshRsaKey: hostKeys.rsa,
  };
}

/** Names that no other row has. */
function namesOf({ plugin }: Executable, serial: number): Words {
  const name = `${prefix}-${plugin}-${serial}`;
  return { name, other: `${name}-other`, taken: `${name}-taken` };
}

let serials = 0;
function counter(): () => number {
  return () => ++serials;
}

function takePort(): Promise<net.Server> {
  const server = net.createServer();
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
}

function assertNoChange(diff: Diff): void {
  assert.deepEqual([diff.changes, diff.changed], [false, []]);
}

function assertHolds(actual: Properties, expected: Properties): void {
  const held = Object.fromEntries(Object.keys(expected).map((key) => [key, actual[key]]));
  assert.deepEqual(held, expected);
}

function secretsOf(state: Properties): string[] {
  return (
    Object.keys(state)
      // A plugin's own notes are no output.
      .filter((key) => !key.startsWith('__') && holdsSecret(state[key]))
      .sort()
  );
}

function outcomeOf({ changes, replaces, details }: Diff, replaceOnChanges: readonly string[] = []): Outcome {
  const asked = details.some((path) => replaceOnChanges.some((list) => path.startsWith(`${list}[`)));
  return replaces.length > 0 || asked ? 'replace' : changes ? 'update' : 'nothing';
}

function given(properties: Properties): Properties {
  return Object.fromEntries(Object.entries(properties).filter(([, value]) => (value as unknown) !== undefined));
}
