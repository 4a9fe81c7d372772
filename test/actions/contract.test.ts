import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import * as fs from 'node:fs';
import * as http from 'node:http';
import type { AddressInfo } from 'node:net';
import * as path from 'node:path';
import { text as textOf } from 'node:stream/consumers';
import fc from 'fast-check';
import type { z } from 'zod';
import { contract, readAs } from '../../actions/contract';
import { projectRoot } from '../../base/paths';

const folder = path.join(projectRoot, 'actions');
/** Inputs of all actions, as resources give them. */
const inputs = Object.values(
  JSON.parse(fs.readFileSync(path.join(__dirname, '../components/recorded-actions.json'), 'utf8')) as Record<
    string,
    Record<string, { create: string; stdin: string }>
  >,
).flatMap((group) =>
  Object.values(group).map(({ create, stdin }) => ({ name: create.replace(/^.* /, ''), text: stdin })),
);

/** Fields among those that need not be there. */
const optional: Readonly<Record<string, string[]>> = {
  'check-registry': ['repository'],
  cutover: ['brokenAt', 'secrets'],
  gate: ['secrets', 'machine'],
};

function schemas(name: string): { input: z.ZodType; output: z.ZodType } {
  return (
    new Map<string, { input: z.ZodType; output: z.ZodType }>(Object.entries(contract)).get(name) ?? assert.fail(name)
  );
}

/** Runs an action as its resource does. */
async function run(name: string, input: string): Promise<{ code: unknown; stdout: string; stderr: string }> {
  const child = spawn(process.execPath, ['actions/run.cjs', name], { cwd: projectRoot });
  const ended = new Promise((resolve) => child.on('close', resolve));
  child.stdin.end(input);
  const [stdout, stderr, code] = await Promise.all([textOf(child.stdout), textOf(child.stderr), ended]);
  return { code, stdout, stderr };
}

/** A value that is made of another kind than this one. */
const another = (value: unknown): unknown => (typeof value === 'string' ? 7 : 'pa55');

describe('the contract of the actions', () => {
  it('has an entry for each file that is an action, and no other', () => {
    const files = fs.readdirSync(folder).filter((name) => name.endsWith('.ts'));
    const programs = files
      .filter((name) => fs.readFileSync(path.join(folder, name), 'utf8').includes('export default '))
      .map((name) => name.replace(/\.ts$/, ''));
    assert.deepEqual(programs.sort(), Object.keys(contract).sort());
  });

  for (const { name, text } of inputs) {
    const { input } = schemas(name);
    const given = JSON.parse(text) as Record<string, unknown>;

    it(`takes what a resource gives ${name}, and hands it on as it is`, () => {
      assert.deepEqual(readAs(input, text), { value: given });
    });

    it(`names the field of ${name} that is missing, is of another kind, or is none`, () => {
      const problem = (value: unknown): string => {
        const read = readAs(input, JSON.stringify(value));
        return 'problem' in read ? read.problem : assert.fail(`${name} takes ${JSON.stringify(value)}`);
      };
      for (const field of Object.keys(given)) {
        assert.match(problem({ ...given, [field]: another(given[field]) }), new RegExp(`^${field}: expected `));
        const rest = Object.fromEntries(Object.entries(given).filter(([each]) => each !== field));
        if (optional[name]?.includes(field) === true) {
          assert.deepEqual(readAs(input, JSON.stringify(rest)), { value: rest });
        } else {
          assert.match(problem(rest), new RegExp(`^${field}: expected .*, received undefined$`));
        }
      }
      assert.equal(problem({ ...given, odd: 1 }), 'Unrecognized key: "odd"');
      assert.equal(problem([given]), 'expected object, received array');
    });
  }

  it('hands on how the machine of a store is entered', () => {
    const storeLogin = { hostKey: 'ssh-ed25519 A', privateKey: 'key', password: 'pa55' };
    const given = { container: 'shop-ledger', ledger: { key: 'k', store: 'ssh://ann@m/srv', storeLogin } };
    assert.deepEqual(schemas('import-ledger').input.parse(given), given);
  });

  it('reads what it has written, whatever is in texts and settings', () => {
    const text = fc.string({ unit: 'grapheme' });
    const release = fc.record(
      { service: text, image: text, digest: text, revision: text, message: text, tag: text },
      { requiredKeys: ['service', 'image', 'digest', 'revision'] },
    );
    const check = fc.record({
      name: text,
      type: fc.constantFrom('http', 'browser', 'command', 'prometheus', 'datadog'),
      settings: fc.dictionary(text, fc.jsonValue()),
      timeLimitSeconds: fc.nat(),
    });
    const asked = fc.record(
      {
        instance: text,
        environment: text,
        upstream: text,
        upstreamNetwork: text,
        ledger: fc.record({ key: text, store: text }, { requiredKeys: ['key'] }),
        candidate: fc.dictionary(text, release),
        gate: fc.record({ checks: fc.array(check, { maxLength: 3 }) }),
        secrets: fc.dictionary(text, text),
      },
      { requiredKeys: ['instance', 'environment', 'upstream', 'upstreamNetwork', 'ledger', 'candidate', 'gate'] },
    );
    fc.assert(
      fc.property(asked, (given) => {
        const written = JSON.stringify(given);
        const read = readAs(contract.gate.input, written);
        assert.ok('value' in read, 'problem' in read ? read.problem : '');
        assert.equal(JSON.stringify(read.value), written);
      }),
    );
  });

  it('shows no value of an input that is wrong', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const read = readAs(
          contract['move-channel'].input,
          JSON.stringify({ login: { username: 'pa55word', password: value }, registryUrl: ['pa55word'] }),
        );
        assert.ok('problem' in read && !read.problem.includes('pa55word'));
      }),
    );
  });
});

describe('node actions/run.cjs', () => {
  const refused = async (name: string, input: string): Promise<string> => {
    const { code, stdout, stderr } = await run(name, input);
    assert.deepEqual({ code, stdout }, { code: 2, stdout: '' }, stderr);
    return stderr;
  };
  const next = '  next: correct it: actions/contract.ts leads to what each action takes\n';

  it('refuses a wrong input, names action and field, and ends with 2', async () => {
    assert.equal(
      await refused('own-volume', '{"instance":"shop","volume":7,"user":"0:0","image":"i"}'),
      `the input of the action own-volume is wrong: volume: expected string, received number\n${next}`,
    );
    assert.equal(
      await refused('limit-processes', '{"containers":["a",null]}'),
      'the input of the action limit-processes is wrong: containers.1: expected string, received null; ' +
        `limit: expected number, received undefined\n${next}`,
    );
  });

  it('refuses what is no JSON without showing it', async () => {
    assert.equal(await refused('gate', 'pa55word'), `the input of the action gate is wrong: it is no JSON\n${next}`);
  });

  it('knows no action that is none', async () => {
    for (const name of ['runner', 'contract', 'constructor', '../gate', '']) {
      assert.match(await refused(name, '{}'), /^".*" is no action\n {2}next: /);
    }
  });

  it('ends with 1 when an action does not succeed', async () => {
    const { code, stdout, stderr } = await run('report-refusal', '{"text":"it stays out"}');
    assert.deepEqual({ code, stdout, stderr }, { code: 1, stdout: '', stderr: 'it stays out\n' });
  });

  describe('with a git host', () => {
    /** What it answers when an application is made. */
    let made: object;
    const server = http.createServer((request, response) => {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(request.method === 'POST' ? made : []));
    });
    before((done) => void server.listen(0, '127.0.0.1', done));
    after((done) => void server.close(done));
    const register = () => {
      const git = { kind: 'gitea', container: 'g', url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
      const input = { git, login: { username: 'u', password: 'p' }, name: 'Drone', redirectUris: ['http://d/login'] };
      return run('register-application', JSON.stringify(input));
    };

    it('prints an answer as one line of JSON', async () => {
      made = { client_id: 'i', client_secret: 's' };
      assert.deepEqual(await register(), { code: 0, stdout: '{"clientId":"i","clientSecret":"s"}\n', stderr: '' });
    });

    it('prints no answer that is not what it should be, and ends with 1', async () => {
      made = { client_id: 5 };
      assert.deepEqual(await register(), {
        code: 1,
        stdout: '',
        stderr:
          'the action register-application has answered something else than it should: ' +
          'clientId: expected string, received number; clientSecret: expected string, received undefined\n',
      });
    });
  });
});
