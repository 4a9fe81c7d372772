import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { Scanner } from './scanner';
import { secretsOf } from './state';

const value = 'qDCk4keGbex95NAb+/$x9Zw1';
const scanner = new Scanner([
  { name: 'one', value },
  { name: 'other', value: 'TqboEULVYG9yyG00' },
]);
const hits = (text: string | Buffer): string[] => scanner.scan(text).map(({ secret, form }) => `${secret} ${form}`);

describe('the scanner for secrets', () => {
  const planted: [what: string, text: string][] = [
    ['as it is', `a log line with ${value} in it`],
    ['in JSON', JSON.stringify({ a: [JSON.stringify({ value })] })],
    ['in an address', `http://u:${encodeURIComponent(value)}@localhost/`],
    ['in hexadecimal', Buffer.from(value).toString('hex')],
    ['in HEXADECIMAL', Buffer.from(value).toString('hex').toUpperCase()],
    ['in base64', Buffer.from(value).toString('base64')],
    ['as a login in base64', `Basic ${Buffer.from(`maintainer:${value}`).toString('base64')}`],
    ['as a login in base64url', Buffer.from(`sluice-bot:${value}`).toString('base64url')],
  ];
  for (const [what, text] of planted) it(`sees a secret ${what}`, () => assert.notDeepEqual(hits(text), []));

  it('sees a login in base64, whatever is before and after the secret', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (before, after) => {
        const text = Buffer.from(`${before}${value}${after}`).toString('base64');
        return hits(text).some((hit) => hit.startsWith('one base64'));
      }),
    );
  });

  it('sees a secret that lies across pieces, wherever they are cut', () => {
    const bytes = Buffer.from(`before ${value} after`);
    for (let cut = 0; cut <= bytes.length; cut++) {
      const stream = scanner.open();
      for (const piece of [bytes.subarray(0, cut), bytes.subarray(cut)]) stream.take(piece);
      assert.deepEqual(stream.hits(), [{ secret: 'one', form: 'plain' }], `cut at ${cut}`);
    }
  });

  it('sees nothing in what only begins like one, and tells several apart', () => {
    assert.deepEqual(hits(value.slice(0, -1)), []);
    assert.deepEqual(hits(`${value}TqboEULVYG9yyG00`), ['one plain', 'other plain']);
    assert.deepEqual(hits(''), []);
  });

  it('refuses to look for what would be found by chance', () => {
    assert.throws(() => new Scanner([{ name: 'short', value: 'hunter2' }]), /short is shorter than 12/);
  });
});

describe('the secrets of a state', () => {
  const signed = (plain: unknown) => ({
    '4dabf18193072939515e22adb298388d': '1b47061264138c4ac30d75fd1eb44270',
    plaintext: JSON.stringify(plain),
  });
  const password = 'TqboEULVYG9yyGaaaaaaaaaa';
  const state = {
    deployment: {
      resources: [
        {
          urn: 'urn:pulumi:platform::sluice::pulumi:pulumi:Stack::sluice-platform',
          type: 'pulumi:pulumi:Stack',
          outputs: { login: signed({ username: 'maintainer', password }), url: 'http://localhost:3000' },
        },
        {
          urn: 'urn:pulumi:platform::sluice::docker:index/container:Container::drone',
          type: 'docker:index/container:Container',
          inputs: {
            envs: signed([`DRONE_RPC_SECRET=${password}`, 'DRONE_SERVER_PROTO=http', 'DRONE_DATA=/data/x.sqlite']),
          },
        },
        {
          urn: 'urn:pulumi:platform::sluice::command:local:Command::connect',
          type: 'command:local:Command',
          outputs: { stdout: signed('{"token":"lower-case-token-1"}') },
        },
        {
          urn: 'urn:pulumi:platform::sluice::random:index/randomPassword:RandomPassword::git-admin-password',
          type: 'random:index/randomPassword:RandomPassword',
          outputs: { result: signed(password), bcryptHash: signed('$2b$10$DHkMLcWaaaaaaaaaaaa'), length: 24 },
        },
        {
          urn: 'urn:pulumi:platform::sluice::command:local:Command::seed',
          type: 'command:local:Command',
          inputs: {
            stdin: signed(JSON.stringify({ data: 'Zz0Zz0Zz0Zz0Zz0Zz0Zz0', url: 'http://Abc0:3000/aaaaaaaaa' })),
          },
        },
      ],
    },
  };

  it('are taken out of what is marked, each once, under the name of what made it', () => {
    assert.deepEqual(secretsOf(state), [
      { name: 'git-admin-password', value: password },
      { name: 'git-admin-password bcryptHash', value: '$2b$10$DHkMLcWaaaaaaaaaaaa' },
      { name: 'connect token', value: 'lower-case-token-1' },
      { name: 'seed data', value: 'Zz0Zz0Zz0Zz0Zz0Zz0Zz0' },
    ]);
  });

  it('of an empty stack are none', () => {
    assert.deepEqual(secretsOf({ deployment: {} }), []);
  });
});
