import * as assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import fc from 'fast-check';
import { projectRoot } from '../../base/paths';
import { namedVariables } from '../../pipelines/clean-start';

/** Runs the script with these variables as a step's container has them. */
function run(
  names: readonly string[],
  env: Record<string, string>,
  command: string[],
  given: Record<string, string> = {},
): string {
  // The shell of this machine in place of the image's.
  const words = namedVariables(names, given, command).slice(3);
  return execFileSync('/bin/sh', [path.join(projectRoot, 'pipelines/named'), ...words], {
    env: { PATH: '/usr/bin:/bin', ...env },
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** What the program gets, by name. */
function variables(
  names: readonly string[],
  env: Record<string, string>,
  given: Record<string, string> = {},
): Record<string, string> {
  const entries = run(names, env, ['/usr/bin/env', '-0'], given)
    .split('\0')
    .filter((entry) => entry !== '');
  return Object.fromEntries(
    entries.map((entry) => [entry.slice(0, entry.indexOf('=')), entry.slice(entry.indexOf('=') + 1)]),
  );
}

/** What the image sets, as its Dockerfile says. */
function imageVariables(): Record<string, string> {
  const text = fs.readFileSync(path.join(projectRoot, 'toolchain/images/tools-base/Dockerfile'), 'utf8');
  const lines = /^ENV ((?:.*\\\n)*.*)$/m.exec(text)?.[1] ?? '';
  return Object.fromEntries([...lines.matchAll(/(\w+)=(\S+)/g)].map(([, name = '', value = '']) => [name, value]));
}

describe('the script named', () => {
  it('gives a program the variables that are named, those of the image, and no others', () => {
    const image = imageVariables();
    assert.equal(image['SLUICE_IN_IMAGE'], '1');
    const got = variables(['A', 'B', 'C'], {
      A: 'one two',
      B: 'it"s $HOME `x` \\',
      NODE_OPTIONS: '--require /x',
      PULUMI_HOME: '/evil',
    });
    assert.deepEqual(got, { ...image, HOME: '/tmp', LANG: 'C.UTF-8', A: 'one two', B: 'it"s $HOME `x` \\' });
  });

  it('keeps any value as it is, and the command’s words', () => {
    const value = fc.string().filter((text) => !text.includes('\0'));
    fc.assert(
      fc.property(value, value, (one, two) => {
        assert.equal(variables(['ONE'], { ONE: one, TWO: two })['ONE'], one);
        assert.equal(run(['ONE'], { ONE: one }, ['/usr/bin/printf', '%s', two], { TWO: one }), two);
      }),
      { numRuns: 20 },
    );
  });

  it('passes no value on as a word of a command line, which anybody on the machine may read', () => {
    // What a program is started with may be a quarter of its stack in all: these values fit into that once, so not as words besides.
    const values = Object.fromEntries([...Array(10).keys()].map((each) => [`LONG_${each}`, 'x'.repeat(120_000)]));
    const words = namedVariables(Object.keys(values), {}, ['/usr/bin/printf', 'ran']).slice(3);
    const script = path.join(projectRoot, 'pipelines/named');
    const ran = execFileSync('/bin/sh', ['-c', 'ulimit -s 8192 && exec /bin/sh "$@"', 'sh', script, ...words], {
      env: { PATH: '/usr/bin:/bin', ...values },
      encoding: 'utf8',
    });
    assert.equal(ran, 'ran');
  });

  it('passes nothing else on, whatever it is called and whatever it holds', () => {
    const odd = {
      OPTIND: '7',
      PPID: '1',
      LINENO: '3',
      IFS: 'e',
      PS4: 'x',
      PWD: '/x',
      'A.B': '1',
      named_keep: ' Z ',
      Z: '1',
    };
    const lines = "a\nexport KEPT=1\nexport FOO='x' ";
    const got = variables(['KEPT'], { ...odd, FOO: 'x', LINES_1: lines, KEPT: lines });
    delete got['OPTIND'];
    assert.deepEqual(got, { ...imageVariables(), HOME: '/tmp', LANG: 'C.UTF-8', KEPT: lines });
  });

  it('gives what is said to it, whatever the environment has', () => {
    const got = variables(['A'], { A: '1', B: 'evil', C: 'evil' }, { B: 'x=y "z"', C: '' });
    assert.deepEqual([got['A'], got['B'], got['C']], ['1', 'x=y "z"', '']);
  });

  it('takes no variable of the runner that somebody has added to by its name', () => {
    assert.equal(variables(['DRONE_COMMIT_BRANCH'], { DRONE_COMMIT_BRANCH: 'a=b' })['DRONE_COMMIT_BRANCH'], 'a=b');
    for (const name of ['DRONE_REPO', 'DRONE_BUILD_NUMBER', 'DRONE_COMMIT_SHA', 'DRONE_WORKSPACE']) {
      assert.throws(
        () => run([name], { [name]: 'evil=1' }, ['true']),
        new RegExp(`${name} is not what the runner sets`),
      );
    }
  });

  it('takes names, and nothing that a shell would run', () => {
    for (const name of ['A;id', '$(id)', '1A', 'A-B', '', 'named_keep'])
      assert.throws(() => run([name], {}, ['true']), name);
  });
});
