import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { projectRoot } from '../../base/paths';
import { FileStore } from '../../store/kinds/file';
import { readChain } from '../../store/ledger/chain';
import { readingOf } from '../../targets/ledger';
import { ledgerOf } from '../../targets/place';
import { access } from '../targets/store-home';
import { standIns } from './stand-ins';
import { twoEnvironments } from './two-environments';

const [shownOlder, shownNewer] = [
  'sha256:aaaaaaaaaaaa aaaaaaaa "A discount for spring"',
  'sha256:bbbbbbbbbbbb bbbbbbbb "harmless␛[2K␍\\u202egnp.exe"',
];

describe('what a verb asks before it changes what runs', function () {
  this.timeout(120_000);
  let folder: string;
  let env: NodeJS.ProcessEnv;
  before(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'sluice-asked-'));
    env = standIns(folder);
  });
  after(() => fs.rmSync(folder, { recursive: true }));
  const file = (...names: string[]): string => path.join(folder, ...names);
  const store = (): FileStore => new FileStore(file('home', 'store'));
  const reading = readingOf(ledgerOf(access, 'staging', undefined));

  /** Staging has run one release and runs another; production runs the older one and is offered the newer one. */
  beforeEach(async () => {
    await twoEnvironments(folder);
    fs.writeFileSync(file('calls'), '');
  });

  /** @param answer typed at a terminal; undefined: there is none */
  function sluice(answer: string | undefined, ...args: string[]): { code: number; output: string } {
    const command = [path.join(projectRoot, 'sluice'), ...args];
    const atTerminal =
      process.platform === 'darwin' ? ['-q', '/dev/null', ...command] : ['-qec', command.join(' '), '/dev/null'];
    const [program = '', ...words] = answer === undefined ? command : ['script', ...atTerminal];
    const { status, stdout, stderr } = spawnSync(program, words, {
      cwd: folder,
      encoding: 'utf8',
      // A pipeline's steps have no terminal, whatever CI says.
      env: { ...env, CI: undefined },
      input: answer === undefined ? '' : `${answer}\n`,
    });
    return { code: status ?? -1, output: (stdout + stderr).replaceAll('\r\n', '\n') };
  }

  /** Of both environments' records. */
  const kinds = async (): Promise<string[]> => {
    const chains = ['staging', 'production'].map((environment) => readChain(store(), environment, reading));
    return (await Promise.all(chains)).flatMap(({ records }) => records.map(({ kind }) => kind));
  };
  /** What of the engine's and Pulumi's commands changes anything. */
  const done = (): string[] =>
    fs
      .readFileSync(file('calls'), 'utf8')
      .split('\n')
      .filter((call) => /^(pulumi (up|destroy|refresh)\b|rm |(container|network|volume|image) rm )/.test(call));

  const verbs: [line: string[], shown: string, question: string][] = [
    [['rollback', 'staging'], `discounts  ${shownNewer} → ${shownOlder}`, 'Put staging back to this?'],
    [
      ['promote', 'production', '--again'],
      `discounts  ${shownOlder} → ${shownNewer}`,
      'Have production take this, if its gate lets it through?',
    ],
    [['destroy', 'staging'], `discounts  ${shownNewer} → nothing`, 'Take down staging?'],
  ];

  for (const [line, shown, question] of verbs) {
    it(`${line.join(' ')}: shows from what to what, and does nothing after a no`, async () => {
      const before = await kinds();
      const { code, output } = sluice('n', ...line);
      assert.ok(output.includes(`    ${shown}\n`), output);
      assert.ok(output.includes(`${question} [y/N]`), output);
      assert.match(output, /nothing was changed\n$/);
      assert.equal(code, 1);
      assert.deepEqual(await kinds(), before);
      assert.deepEqual(done(), []);
    });

    it(`${line.join(' ')}: goes on after a yes, with --yes, and where there is no terminal`, async () => {
      const before = await kinds();
      for (const [answer, more] of [
        ['y', []],
        ['n', ['--yes']],
        [undefined, []],
      ] as const) {
        const { output } = sluice(answer, ...line, ...more);
        assert.ok(output.includes(`    ${shown}\n`), output);
        assert.equal(output.includes('[y/N]'), answer === 'y', output);
        assert.doesNotMatch(output, /nothing was changed/);
        assert.match(done().at(-1) ?? '', line[0] === 'destroy' ? /^pulumi destroy / : /^pulumi up /, output);
        fs.writeFileSync(file('calls'), '');
      }
      if (line[0] !== 'destroy') assert.equal((await kinds()).length, before.length + 3);
    });
  }
});
