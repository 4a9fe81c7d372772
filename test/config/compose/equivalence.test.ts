import assert from 'node:assert/strict';
import fc from 'fast-check';
import { stringify } from 'yaml';
import { expand } from '../../../config/compose/interpolate';
import { readEnvFile } from '../../../config/compose/env-file';
import { mebibytesOf, secondsOf, wordsOf } from '../../../config/compose/units';
import { Problems } from '../../../config/compose/values';
import { digest, readText } from './reading';

const port = fc.integer({ min: 10_000, max: 65535 });
const word = fc.stringMatching(/^[a-z][a-z0-9]{0,8}$/);
const folder = word.map((name) => `/${name}`);
const value = fc.stringMatching(/^[ -#%-~]{0,20}$/);

/** What a service `web` with these keys becomes. */
function become(web: object, file: object = {}): unknown {
  return readText(stringify({ services: { web: { image: `web@${digest}`, ...web } }, ...file }), { bind: '127.0.0.1' })
    .services['web'];
}

describe('short and long forms of a compose file', () => {
  it('of a port are the same', () => {
    fc.assert(
      fc.property(port, port, fc.boolean(), (host, container, address) => {
        const short = `${address ? '127.0.0.1:' : ''}${host}:${container}`;
        const long = {
          target: container,
          published: String(host),
          protocol: 'tcp',
          ...(address ? { host_ip: '127.0.0.1' } : {}),
        };
        const one = become({ ports: [short] });
        assert.deepEqual(become({ ports: [long] }), one);
        assert.deepEqual(become({ ports: [`${short}/tcp`] }), one);
        assert.deepEqual(
          [(one as { port: number }).port, (one as { containerPort: number }).containerPort],
          [host, container],
        );
      }),
    );
  });

  it('of a volume are the same', () => {
    fc.assert(
      fc.property(word, folder, fc.boolean(), (name, target, readOnly) => {
        const volumes = { volumes: { [name]: null } };
        const long = { type: 'volume', source: name, target, ...(readOnly ? { read_only: true } : {}) };
        const one = become({ volumes: [`${name}:${target}${readOnly ? ':ro' : ''}`] }, volumes);
        assert.deepEqual(become({ volumes: [long] }, volumes), one);
      }),
    );
  });

  it('of variables are the same, whatever is in them', () => {
    fc.assert(
      fc.property(fc.dictionary(word, value, { minKeys: 1 }), (environment) => {
        const list = Object.entries(environment).map(([key, each]) => `${key}=${each}`);
        const one = become({ environment });
        assert.deepEqual(become({ environment: list }), one);
        assert.deepEqual({ ...(one as { env: object }).env }, { ...environment });
      }),
    );
  });

  it('of what a service needs are the same', () => {
    const db = { image: `db@${digest}` };
    const both = (needs: unknown) =>
      readText(stringify({ services: { web: { ...db, depends_on: needs }, db } })).services;
    assert.deepEqual(both(['db']), both({ db: { condition: 'service_started' } }));
  });

  it('of limits are the same', () => {
    fc.assert(
      fc.property(fc.integer({ min: 16, max: 9999 }), fc.constantFrom('0.5', '1', '2.25'), (memory, cpus) => {
        const one = become({ mem_limit: `${memory}m`, cpus: Number(cpus) });
        assert.deepEqual(become({ deploy: { resources: { limits: { memory: `${memory}M`, cpus } } } }), one);
        assert.deepEqual(become({ mem_limit: memory * 1024 * 1024, cpus }), one);
        assert.equal((one as { memory: number }).memory, memory);
      }),
    );
  });

  it('of a command are the same, as far as a shell would split it so', () => {
    fc.assert(
      fc.property(fc.array(fc.stringMatching(/^[ -#%-~]{1,12}$/), { minLength: 1 }), (words) => {
        const quoted = words.map((each) => `'${each.replaceAll("'", `'"'"'`)}'`).join(' ');
        assert.deepEqual(become({ command: quoted }), become({ command: words }));
      }),
    );
  });
});

describe('words, times and sizes', () => {
  it('are split as a shell does', () => {
    assert.deepEqual(wordsOf(`sh -c "echo \\"a b\\" c" '' d\\ e`), ['sh', '-c', 'echo "a b" c', '', 'd e']);
    assert.deepEqual(wordsOf('  '), []);
    assert.equal(wordsOf('a "b'), undefined);
  });

  it('are seconds', () => {
    const texts = ['1m30s', '500ms', '90s', '1h', '0', '0s', '5', 's', '-1s', ''];
    assert.deepEqual(texts.map(secondsOf), [90, 0.5, 90, 3600, 0, 0, undefined, undefined, undefined, undefined]);
  });

  it('are MiB', () => {
    const texts = ['512m', '1g', '1.5gb', '64k', '1048576', '2M', 'x', '5t', ''];
    assert.deepEqual(texts.map(mebibytesOf), [512, 1024, 1536, 1, 1, 2, undefined, undefined, undefined]);
  });
});

describe('variables in a compose file', () => {
  const variables = { plain: { SET: 'x', EMPTY: '' }, secret: { HIDDEN: 's' }, file: '.env' };
  const rows: [string, string | undefined, boolean?][] = [
    ['$SET-${SET}', 'x-x'],
    ['${EMPTY}', ''],
    ['${EMPTY:-d}', 'd'],
    ['${EMPTY-d}', ''],
    ['${NO-d}', 'd'],
    ['${NO:-${SET}y}', 'xy'],
    ['${SET:+z}${NO:+z}${NO+z}${EMPTY+e}', 'ze'],
    ['${SET:?no}', 'x'],
    ['$$SET ${NO:-$$}', '$SET $'],
    ['a${HIDDEN}b', 'asb', true],
    ['${NO:-${HIDDEN}}', 's', true],
    ['${NO}', undefined],
    ['$NO', undefined],
    ['${EMPTY:?say}', undefined],
    ['${SET', undefined],
    ['${SET!}', undefined],
    ['100$', undefined],
    ['$1', undefined],
  ];
  for (const [text, expected, secret = false] of rows) {
    it(`${text} → ${expected ?? 'a problem'}`, () => {
      const filled = expand(text, variables);
      if (expected === undefined) assert.ok(filled.problem !== undefined);
      else assert.deepEqual(filled, { text: expected, secret });
    });
  }

  it('leave any text without a dollar as it is', () => {
    fc.assert(
      fc.property(fc.string(), (text) => assert.equal(expand(text.replaceAll('$', '$$$$'), variables).text, text)),
    );
  });

  it('are read from a file as docker compose does', () => {
    const text = `# c\n\nA=1 # one\nexport B="two \\"words\\"\\n" # b\nC='$A'\nD=\${A}/$SET\nE=\nF\nG="over\ntwo lines"\nH: x\n!\n`;
    const problems = new Problems();
    const found = readEnvFile(text, 'x.env', variables, problems);
    assert.deepEqual(
      found.map(({ key, value: each, at }) => [at.line, key, each]),
      [
        [3, 'A', '1'],
        [4, 'B', 'two "words"\n'],
        [5, 'C', '$A'],
        [6, 'D', '1/x'],
        [7, 'E', ''],
        [8, 'F', undefined],
        [9, 'G', 'over\ntwo lines'],
        [11, 'H', 'x'],
      ],
    );
    assert.deepEqual(problems.all, [
      { at: { file: 'x.env', line: 12 }, where: 'variables', why: '"!" is no NAME=value' },
    ]);
  });
});
