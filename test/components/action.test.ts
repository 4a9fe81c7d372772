import assert from 'node:assert/strict';
import { mock } from 'node:test';
import * as pulumi from '@pulumi/pulumi';
import { Action, type ActionArgs } from '../../components/action';
import { command, record, valueOf } from './mocks';
import { isSecret, plain } from './platform-args';

/** How the engine writes a secret. */
const asSecret = (value: unknown) => ({
  '4dabf18193072939515e22adb298388d': '1b47061264138c4ac30d75fd1eb44270',
  value,
});

type Args = ActionArgs<'limit-processes'>;
const input = { containers: ['a1'], limit: 512 };
const own = {
  ssh: { host: 'far.example.com', port: 22, user: 'deploy', hostKey: 'ssh-ed25519 A', password: 'pa55' },
  folder: '/shop',
  ports: {},
  tools: '',
  registry: { host: 'r', username: '', password: '' },
};

/** An action whose plugin takes all that it prints for a secret. */
async function declare(args: Partial<Args>, printed = '{"containers":["a1"]}'): Promise<Action<'limit-processes'>> {
  const newResource: pulumi.runtime.Mocks['newResource'] = ({ name, inputs }) => ({
    id: name,
    state: { ...(inputs as object), stdout: asSecret(printed) },
  });
  const call: pulumi.runtime.Mocks['call'] = ({ inputs }) => inputs as Record<string, unknown>;
  await pulumi.runtime.setMocks({ newResource, call }, 'sluice', 'staging');
  return new Action('one', { action: 'limit-processes', input, secret: {}, ...args });
}

/** What the engine records of an action. */
async function recorded(args: Partial<Args>): Promise<Record<string, unknown>> {
  const recorder = await record();
  new Action('one', { action: 'limit-processes', input, secret: {}, ...args });
  await pulumi.runtime.disconnect();
  return recorder.inputs(command, 'one');
}

describe('Action', () => {
  it('gives its input as it is, which is what makes it run anew', async () => {
    const text = '{"containers":["a1"],"limit":512}';
    const { stdin, triggers, create } = await recorded({});
    assert.deepEqual(
      { stdin, triggers, create },
      {
        stdin: text,
        triggers: [text],
        create: 'node actions/run.cjs limit-processes',
      },
    );
    assert.deepEqual((await recorded({ triggers: ['a1'] }))['triggers'], ['a1']);
  });

  it('gives secrets behind the input, encrypted, and does not run anew for other ones', async () => {
    const { stdin, triggers } = await recorded({ secret: { places: { own } } });
    assert.equal(isSecret(stdin), true);
    assert.equal(plain(stdin), `{"containers":["a1"],"limit":512,"places":${JSON.stringify({ own })}}`);
    assert.deepEqual(triggers, ['{"containers":["a1"],"limit":512}']);
  });

  it('has no secret where each is undefined', async () => {
    const { stdin } = await recorded({ secret: { places: undefined } });
    assert.equal(stdin, '{"containers":["a1"],"limit":512}');
  });

  it('that gets secrets prints none, whatever its plugin makes of them', async () => {
    const { output } = await declare({ secret: { places: { own } } });
    assert.deepEqual(await valueOf(output), { containers: ['a1'] });
    assert.equal(await pulumi.isSecret(output), false);
  });

  it('that says it prints a secret does', async () => {
    const { output } = await declare({ secret: { places: { own } }, secretOutput: true });
    assert.equal(await pulumi.isSecret(output), true);
  });

  it('without secrets leaves it to its plugin', async () => {
    const { output } = await declare({});
    assert.equal(await pulumi.isSecret(output), true);
  });

  it('hands on what another version has printed besides', async () => {
    const { output } = await declare({}, '{"containers":[],"engine":"e"}');
    assert.deepEqual(await valueOf(output), { containers: [], engine: 'e' });
  });

  for (const [printed, problem] of [
    ['{"containers":[1]}', 'containers.0: expected string, received number'],
    ['{}', 'containers: expected array, received undefined'],
    ['pa55', 'it is no JSON'],
  ] as const) {
    it(`ends the update when a state holds something else: ${printed}`, async () => {
      const log = mock.method(pulumi.log, 'error', () => Promise.resolve());
      const exit = mock.method(process, 'exit', () => {
        throw new Error('the program has ended');
      });
      try {
        const { output } = await declare({}, printed);
        await assert.rejects(valueOf(output), /the program has ended/);
        assert.equal(
          log.mock.calls[0]?.arguments[0],
          `the action limit-processes has printed something else than it should: ${problem}\n` +
            "  next: have it run anew: ./sluice pulumi state taint 'urn:pulumi:staging::sluice::sluice:index:Action$" +
            "command:local:Command::one' -s staging, then npm run up",
        );
        assert.equal(exit.mock.calls[0]?.arguments[0], 32);
      } finally {
        mock.restoreAll();
      }
    });
  }
});
