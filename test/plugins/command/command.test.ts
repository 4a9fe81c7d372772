import * as assert from 'node:assert/strict';
import { command, run } from '../../../toolchain/plugins/command/command';
import type { Operation } from '../../../toolchain/plugins/serving/plugin';
import { UNKNOWN, type PlainProperties } from '../../../toolchain/plugins/serving/values';

const lines: string[] = [];
const operation = (signal = new AbortController().signal): Operation => ({
  urn: 'urn:it',
  name: 'it',
  status: (line) => lines.push(line),
  signal,
  timeoutSeconds: 0,
});
const created = async (inputs: PlainProperties): Promise<PlainProperties> =>
  (await command.create(inputs, operation())).state;
const change = (
  oldInputs: PlainProperties,
  inputs: PlainProperties,
  printed: PlainProperties = {},
): Parameters<typeof command.diff>[0] => ({
  state: { ...oldInputs, stdout: 'was', stderr: '', ...printed },
  oldInputs,
  inputs,
});

describe('plugins: local.Command', () => {
  beforeEach(() => lines.splice(0));

  describe('create', () => {
    it('keeps what was printed, without one newline at the end', async () => {
      const state = await created({ create: 'printf "a\\n\\n"; printf "b\\n" >&2' });
      assert.deepEqual([state['stdout'], state['stderr']], ['a\n', 'b']);
    });

    it('has an id that begins with its name', async () => {
      assert.match((await command.create({}, operation())).id, /^it[0-9a-f]{8}$/);
    });

    it('without a command prints nothing', async () => {
      assert.deepEqual(await created({}), { stdout: '', stderr: '' });
    });

    it('gives standard input, environment, folder and interpreter', async () => {
      const state = await created({
        create: 'process.stdin.on("data", (d) => console.log(String(d), process.env.A, process.cwd()))',
        interpreter: [process.execPath, '-e'],
        environment: { A: '1' },
        stdin: 'in',
        dir: '/',
      });
      assert.equal(state['stdout'], 'in 1 /');
    });

    it('has no standard input when none is given', async () => {
      assert.equal((await created({ create: 'cat' }))['stdout'], '');
    });

    it('shows lines while it runs, of the outputs that logging names', async () => {
      const both = 'echo out; echo err >&2';
      for (const [logging, expected] of [
        [undefined, ['err', 'out']],
        ['stdoutAndStderr', ['err', 'out']],
        ['stdout', ['out']],
        ['stderr', ['err']],
        ['none', []],
      ] as const) {
        lines.splice(0);
        await created({ create: both, ...(logging === undefined ? {} : { logging }) });
        assert.deepEqual([...lines].sort(), expected);
      }
    });

    it('fails with the exit code, the command and all it printed', async () => {
      await assert.rejects(created({ create: 'echo out; echo err >&2; exit 3' }), (error: Error) => {
        assert.match(error.message, /^exit status 3: running "echo out; echo err >&2; exit 3":\n/);
        assert.match(error.message, /out\n/);
        assert.match(error.message, /err\n/);
        return true;
      });
    });

    it('fails when the program is not there', async () => {
      await assert.rejects(created({ create: 'x', interpreter: ['/nowhere/sh'] }), /ENOENT/);
    });

    it('does not fail when the command leaves its input unread', async () => {
      assert.equal((await created({ create: 'echo done', stdin: 'x'.repeat(1_000_000) }))['stdout'], 'done');
    });

    it('ends with what it started when it is cancelled', async () => {
      const stop = new AbortController();
      const status = (line: string): void => {
        if (line === 'ready') stop.abort();
      };
      const running = command.create({ create: 'sleep 60 & echo ready; wait' }, { ...operation(stop.signal), status });
      await assert.rejects(running, /signal: SIGTERM|exit status/);
    });
  });

  describe('update', () => {
    it('runs update, with what was printed before in its environment', async () => {
      const update = 'echo "$PULUMI_COMMAND_STDOUT/$PULUMI_COMMAND_STDERR"';
      const state = await command.update(
        'it',
        change({}, { create: 'false', update }, { stderr: 'oops' }),
        operation(),
      );
      assert.deepEqual(state, { create: 'false', update, stdout: 'was/oops', stderr: '' });
    });

    it('runs create when there is no update', async () => {
      const state = await command.update(
        'it',
        change({}, { create: 'echo $PULUMI_COMMAND_STDOUT again' }),
        operation(),
      );
      assert.equal(state['stdout'], 'was again');
    });

    it('gives no earlier output when it is not wanted', async () => {
      const inputs = { create: 'echo "[$PULUMI_COMMAND_STDOUT]"', addPreviousOutputInEnv: false };
      assert.equal((await command.update('it', change({}, inputs), operation()))['stdout'], '[]');
    });

    it('with neither keeps what was printed', async () => {
      assert.equal((await command.update('it', change({}, { stdin: 'x' }), operation()))['stdout'], 'was');
    });
  });

  describe('delete', () => {
    it('runs delete with what was printed before', async () => {
      const state = { delete: 'echo "bye $PULUMI_COMMAND_STDOUT"', stdout: 'was', stderr: '' };
      await command.delete({ id: 'it', state }, operation());
      assert.deepEqual(lines, ['bye was']);
    });

    it('fails when it fails, and does nothing when there is none', async () => {
      await assert.rejects(command.delete({ id: 'it', state: { delete: 'exit 1' } }, operation()), /exit status 1/);
      await command.delete({ id: 'it', state: {} }, operation());
    });
  });

  describe('preview', () => {
    it('a new one: outputs are not known', () => {
      assert.deepEqual(command.previewCreate({ create: 'x' }), { create: 'x', stdout: UNKNOWN, stderr: UNKNOWN });
    });

    for (const [title, olds, news, known] of [
      ['nothing changed', { create: 'x' }, { create: 'x' }, true],
      ['an input changed', { create: 'x' }, { create: 'y' }, false],
      ['an input is not known yet', { create: 'x' }, { create: 'x', stdin: UNKNOWN }, false],
      // The official plugin looks at inputs that were there before only.
      ['an input was added', { create: 'x' }, { create: 'x', stdin: 'y' }, true],
    ] as [string, PlainProperties, PlainProperties, boolean][]) {
      it(`${title}: outputs are ${known ? '' : 'not '}known`, () => {
        assert.equal(command.previewUpdate(change(olds, news))['stdout'], known ? 'was' : UNKNOWN);
      });
    }
  });

  describe('diff', () => {
    it('names members, and replaces for triggers', () => {
      const olds = { environment: { A: '1', 'b-c': '1' }, triggers: ['x', { y: 1 }] };
      const news = { environment: { A: '2' }, triggers: ['x', { y: 2 }], create: 'c' };
      assert.deepEqual(command.diff(change(olds, news)).differences, [
        { path: 'environment.A', kind: 'update', replaces: false },
        { path: 'environment["b-c"]', kind: 'delete', replaces: false },
        { path: 'create', kind: 'add', replaces: false },
        { path: 'triggers[1].y', kind: 'update', replaces: true },
      ]);
    });

    it('works from the state when the engine sends no old inputs', () => {
      const inputs = { create: 'x' };
      assert.deepEqual(command.diff({ state: { ...inputs, stdout: '' }, oldInputs: {}, inputs }).differences, []);
    });
  });

  it('refuses what it does not know, by name', () => {
    const { failures } = command.check({}, { create: 'x', assetPaths: ['*'] }, { name: 'it', seed: new Uint8Array() });
    assert.deepEqual(
      failures.map(({ property }) => property),
      ['assetPaths'],
    );
  });

  it('keeps its state when it is looked at again', async () => {
    const existing = { id: 'it', state: { stdout: 'was' } };
    assert.deepEqual(await command.read(existing, operation()), existing);
  });
});

describe('plugins: local.run', () => {
  it('runs and answers its inputs and what was printed', async () => {
    const inputs = { command: 'cat', stdin: 'x' };
    assert.deepEqual(await run.run(inputs, operation()), { ...inputs, stdout: 'x', stderr: '' });
  });

  it('needs a command', () => {
    assert.deepEqual(
      run.check({}).map(({ property }) => property),
      ['command'],
    );
  });
});
