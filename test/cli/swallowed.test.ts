import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { UserError } from '../../base/errors';
import { projectRoot } from '../../base/paths';
import { refuseSwallowed } from '../../cli/swallowed';
import { verbs } from '../../cli/verbs';
import { assertEnded, tells } from '../errors/told';

/** What npm itself hands on, when this is typed after `npm run`. */
interface Handed {
  args: string[];
  environment: Record<string, string>;
}

const people = verbs.filter(({ internal }) => internal !== true);

describe('SwallowedOption: options that npm takes for its own', function () {
  this.timeout(120_000);
  let folder: string;
  before(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'sluice-npm-'));
    const show =
      'fs.writeFileSync("handed", JSON.stringify({ args: process.argv.slice(2), environment: process.env }))';
    fs.writeFileSync(path.join(folder, 'show.cjs'), `const fs = require('node:fs');\n${show};\n`);
    const scripts = Object.fromEntries(people.map(({ name }) => [name, 'node show.cjs']));
    fs.writeFileSync(path.join(folder, 'package.json'), JSON.stringify({ name: 'sluice', private: true, scripts }));
  });
  after(() => fs.rmSync(folder, { recursive: true }));

  /** Undefined when npm has refused it by itself, as npm 12 does with what it does not know. */
  function typed(...words: string[]): Handed | undefined {
    const file = path.join(folder, 'handed');
    fs.rmSync(file, { force: true });
    const { status } = spawnSync('npm', ['run', ...words], { cwd: folder, encoding: 'utf8', env: withoutNpm() });
    if (status !== 0) return undefined;
    const { args, environment } = JSON.parse(fs.readFileSync(file, 'utf8')) as Handed;
    return { args, environment: { ...environment, npm_package_json: path.join(projectRoot, 'package.json') } };
  }

  /** These tests may be run by npm themselves. */
  function withoutNpm(): NodeJS.ProcessEnv {
    return Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name)));
  }

  function refuse(name: string, { args, environment }: Handed): UserError | undefined {
    const verb = people.find((each) => each.name === name);
    assert.ok(verb !== undefined);
    try {
      refuseSwallowed(verb, verbs, args, environment);
      return undefined;
    } catch (error) {
      tells('swallowedOption')(error);
      assert.ok(error instanceof UserError);
      return error;
    }
  }

  for (const { name, options } of people) {
    if (Object.keys(options).length === 0) continue;
    const all = Object.entries(options);
    const forms = {
      'each by its name': all.map(([option, { type }]) => (type === 'string' ? `--${option}=x` : `--${option}`)),
      'each by its name, values apart': all.flatMap(([option, { type }]) => [
        `--${option}`,
        ...(type === 'string' ? ['x'] : []),
      ]),
      'each by its letter': all.flatMap(([, { short, type }]) =>
        short === undefined ? [] : [`-${short}`, ...(type === 'string' ? ['x'] : [])],
      ),
    };
    for (const [form, words] of Object.entries(forms)) {
      if (words.length === 0 || (form.endsWith('apart') && all.every(([, { type }]) => type === 'boolean'))) continue;
      it(`${name}: ${form}`, () => {
        const handed = typed(name, ...words);
        if (handed === undefined) return;
        const told = refuse(name, handed);
        assert.ok(told !== undefined, 'npm hands nothing on, and nobody refuses it');
        for (const [option, { short }] of all) {
          const isTyped = words.some(
            (word) => word.replace(/=.*/, '') === `--${option}` || word === `-${short ?? option}`,
          );
          if (isTyped)
            assert.ok(
              told.message.includes(`--${option} (npm_config_`),
              `nothing is said of --${option}: ${told.message}`,
            );
        }
      });
    }
  }

  it('are told with the line to type, as it was meant', () => {
    const next = (...words: string[]): string | undefined => {
      const handed = typed(...words);
      return handed === undefined ? undefined : refuse(words[0] ?? '', handed)?.next;
    };
    const lines: [string[], string][] = [
      [['rollback', 'production', '--to', '3f2a91c0d4e5'], './sluice rollback production --to 3f2a91c0d4e5'],
      [['rollback', 'production', '--to=3f2a91c0d4e5'], './sluice rollback production --to 3f2a91c0d4e5'],
      [['promote', 'production', '--again'], './sluice promote production --again'],
      [['status', '--json', 'staging'], './sluice status staging --json'],
      [
        ['approve', 'production', '--reason', "it's well", '--refuse'],
        "./sluice approve production --reason 'it'\\''s well' --refuse",
      ],
      // An option of another verb is not passed over either.
      [['promote', 'production', '--json'], './sluice promote production --json'],
    ];
    for (const [words, line] of lines) assert.ok([line, undefined].includes(next(...words)), words.join(' '));
  });

  it('are no options that reach the verb, that nobody has typed, or that another program was given', () => {
    const fine = (...words: string[]): Handed => {
      const handed = typed(...words);
      assert.ok(handed !== undefined);
      assert.equal(refuse(words[0] ?? '', handed), undefined);
      return handed;
    };
    const { environment } = fine('rollback', 'production', '--', '--to', 'x');
    fine('up');
    const files = path.join(folder, 'npmrc');
    fs.writeFileSync(files, 'yes = true\njson\nto=here\n');
    const configured = {
      npm_config_yes: 'true',
      npm_config_json: 'true',
      npm_config_to: 'here',
      npm_config_userconfig: files,
    };
    const also = (more: Record<string, string>) => ({ args: [], environment: { ...environment, ...more } });
    assert.equal(refuse('rollback', also(configured)), undefined);
    assert.ok(refuse('rollback', also({ ...configured, npm_config_to: 'there' })) !== undefined);
    const given = { npm_config_to: 'x' };
    assert.ok(refuse('rollback', also(given)) !== undefined);
    assert.equal(
      refuse('rollback', also({ ...given, npm_config_user_agent: 'pnpm/10.1.0 npm/? node/v22' })),
      undefined,
    );
    assert.equal(refuse('rollback', also({ ...given, npm_lifecycle_event: 'up' })), undefined);
    assert.equal(
      refuse('rollback', also({ ...given, npm_package_json: path.join(folder, 'package.json') })),
      undefined,
    );
  });

  it('end the verb itself before it has done anything', () => {
    const { status, stdout, stderr } = spawnSync('npm', ['run', '--silent', 'rollback', 'production', '--to=x'], {
      cwd: projectRoot,
      encoding: 'utf8',
      env: {
        ...withoutNpm(),
        SLUICE_HOME: path.join(folder, 'home'),
        SLUICE_CACHE: path.join(folder, 'cache'),
        // A verb that went on would end here, and bring nothing to this machine.
        SLUICE_SOURCE: 'nowhere',
      },
    });
    assert.equal(stdout, '');
    assert.ok(!fs.existsSync(path.join(folder, 'home')));
    const own = stderr
      .split('\n')
      .filter((line) => !line.startsWith('npm '))
      .join('\n');
    assertEnded('swallowedOption', { code: status ?? -1, stderr: own });
    assert.match(own, /next: \.\/sluice rollback production --to x\n/);
  });
});
