import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { projectRoot } from '../../base/paths';
import { readStacks } from '../../config/stacks';
import { stackFilesOf } from '../../stacks/stack-files';
import { recordBundle } from '../../store/bundle/record';
import { FileStore } from '../../store/kinds/file';
import { acquire } from '../../store/lease/acquire';
import { LeaseRecords } from '../../store/lease/records';
import { append } from '../../store/ledger/append';
import { readChain } from '../../store/ledger/chain';
import { readingOf } from '../../targets/ledger';
import { ledgerOf } from '../../targets/place';
import { access } from '../targets/store-home';
import { standIns } from './stand-ins';
import { release, twoEnvironments } from './two-environments';

describe('a verb that changes an environment', function () {
  this.timeout(600_000);
  let folder: string;
  let env: NodeJS.ProcessEnv;
  before(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'sluice-leases-'));
    env = standIns(folder);
  });
  after(() => fs.rmSync(folder, { recursive: true }));
  beforeEach(async () => {
    await twoEnvironments(folder);
    for (const name of ['calls', 'leases']) fs.writeFileSync(file(name), '');
  });

  const file = (...names: string[]): string => path.join(folder, ...names);
  const store = (): FileStore => new FileStore(file('home', 'store'));
  const newest = async (stack: string) => (await new LeaseRecords(store(), stack).newest())?.record;
  const records = async (environment: string): Promise<number> =>
    (await readChain(store(), environment, readingOf(ledgerOf(access, environment, undefined)))).records.length;
  /** What of Pulumi's commands changes anything. */
  const changes = (): string[] =>
    fs
      .readFileSync(file('calls'), 'utf8')
      .split('\n')
      .filter((call) => /^pulumi (up|destroy|refresh)\b/.test(call));
  const hold = (stack: string) =>
    acquire(store(), stack, { what: './sluice promote', by: 'bob', note: () => undefined, variables: {} });

  /** Starts one that nobody is asked by, and gathers what it says. */
  function start(...words: string[]) {
    return run([path.join(projectRoot, 'sluice'), ...words]);
  }

  /** Starts one at a terminal, where somebody says yes, and gathers what it says. */
  function startAndAgree(...words: string[]) {
    const command = [path.join(projectRoot, 'sluice'), ...words];
    const mac = process.platform === 'darwin';
    return run(
      ['script', ...(mac ? ['-q', '/dev/null', ...command] : ['-qec', command.join(' '), '/dev/null'])],
      'y\n',
    );
  }

  function run([program = '', ...words]: string[], input?: string) {
    // A group of its own, which can be killed with all that it has started.
    const child = spawn(program, words, {
      detached: true,
      cwd: folder,
      // Nobody is asked in a pipeline.
      env: input === undefined ? env : { ...env, CI: undefined },
      stdio: 'pipe',
    });
    if (input === undefined) child.stdin.end();
    else child.stdin.write(input);
    let output = '';
    const waiting = new Set<() => void>();
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (data: Buffer) => {
        output += data.toString();
        for (const look of waiting) look();
      });
    const ended = new Promise<string>((resolve) => child.once('close', () => resolve(output)));
    const says = (text: RegExp): Promise<void> =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          if (text.test(output)) resolve();
        };
        waiting.add(look);
        look();
        void ended.then(() => reject(new Error(`it ended without a word of that:\n${output}`)));
      });
    const kill = (): boolean => process.kill(-(child.pid ?? 0), 'SIGKILL');
    return { ended, says, kill };
  }

  const verbs: [words: string[], stack: string][] = [
    [['up', 'staging'], 'staging'],
    [['deploy', 'staging'], 'staging'],
    [['rollback', 'staging'], 'staging'],
    [['promote', 'production', '--again'], 'production'],
    [['destroy', 'staging'], 'staging'],
  ];

  for (const [words, stack] of verbs) {
    it(`${words.join(' ')}: waits for whoever has its lease, changes nothing before, and has it while Pulumi is at work`, async () => {
      const before = await records(stack);
      const other = await hold(stack);
      const verb = start(...words);
      await verb.says(new RegExp(`^${stack} is held by bob's \\./sluice promote on \\S+; waiting, 0 s so far$`, 'm'));
      assert.deepEqual([changes(), await records(stack)], [[], before]);
      await other.release();
      const output = await verb.ended;
      assert.notDeepEqual(changes(), [], output);
      const last = await newest(stack);
      assert.deepEqual([last?.kind, last?.what.split(' ').slice(0, 2)], ['end', ['./sluice', words[0]]], output);
      // Old images are removed afterwards, under the platform's.
      const removes = words[0] === 'up' || words[0] === 'deploy';
      assert.deepEqual((await newest('platform'))?.what, removes ? last?.what : undefined, output);
      if (words[0] === 'destroy') return;
      assert.deepEqual(JSON.parse(fs.readFileSync(file('leases'), 'utf8')), { [stack]: last?.owner });
    });
  }

  it('and is killed is taken over at once by the next one here, which says so', async () => {
    fs.writeFileSync(file('hold'), '');
    const killed = start('rollback', 'staging');
    while (fs.readFileSync(file('leases'), 'utf8') === '') await new Promise((resolve) => setTimeout(resolve, 50));
    const { owner } = (await newest('staging')) ?? {};
    killed.kill();
    await killed.ended;
    fs.rmSync(file('hold'));
    const output = await start('up', 'staging').ended;
    assert.match(
      output,
      /^staging was held by \S+'s \.\/sluice rollback staging on \S+, which is no longer there: taking over$/m,
    );
    const last = await newest('staging');
    assert.deepEqual([last?.kind, last?.what, last?.owner === owner], ['end', './sluice up', false]);
  });

  it('deploy: waits until the platform is free, and leaves its lease alone', async () => {
    const other = await hold('platform');
    const verb = start('deploy', 'staging');
    await verb.says(/^platform is held by bob's/m);
    assert.deepEqual([changes(), await newest('staging')], [[], undefined]);
    await other.release();
    await verb.ended;
    assert.deepEqual(Object.keys(JSON.parse(fs.readFileSync(file('leases'), 'utf8')) as object), ['staging']);
  });

  it('deploy: deploys with the stack files that an up has recorded while it waited', async () => {
    const record = async (comment: string): Promise<void> => {
      const root = file(`checkout ${comment}`);
      fs.mkdirSync(path.join(root, 'checks'), { recursive: true });
      for (const name of ['platform', 'staging', 'production'].map((stack) => `Pulumi.${stack}.yaml`))
        fs.writeFileSync(
          path.join(root, name),
          `${fs.readFileSync(path.join(projectRoot, name), 'utf8')}# ${comment}\n`,
        );
      fs.cpSync(path.join(projectRoot, 'checks', 'scenarios'), path.join(root, 'checks', 'scenarios'), {
        recursive: true,
      });
      const archive = await stackFilesOf('platform', readStacks(root), root);
      const { keys } = readingOf(ledgerOf(access, 'platform', undefined));
      await recordBundle(store(), 'platform', archive, { keys, by: 'ann@laptop' });
    };
    await record('before');
    const other = await hold('staging');
    const verb = start('deploy', 'staging', '--platform', 'platform');
    await verb.says(/^staging is held by bob's/m);
    await record('while it waited');
    await other.release();
    const output = await verb.ended;
    assert.equal(output.match(/^platform: stack files of /gm)?.length, 2, output);
    assert.match(fs.readFileSync(file('home', 'config', 'Pulumi.staging.yaml'), 'utf8'), /^# while it waited$/m);
  });

  it('history --accept-lost-records: waits as well, and writes its word under the lease', async () => {
    fs.writeFileSync(file('outputs-staging'), JSON.stringify({ ledgerHead: { number: 9, hash: 'f'.repeat(64) } }));
    const other = await hold('staging');
    const verb = start('history', 'staging', '--accept-lost-records', '--yes');
    await verb.says(/^staging is held by bob's/m);
    const { head } = await readChain(store(), 'staging', readingOf(ledgerOf(access, 'staging', undefined)));
    await other.release();
    assert.match(await verb.ended, new RegExp(`^staging goes on .*: record ${head.number + 1} of its ledger`, 'm'));
    const last = await newest('staging');
    assert.deepEqual([last?.kind, last?.what], ['end', './sluice history staging --accept-lost-records']);
  });

  it('rollback: after a yes goes ahead with what was shown only, and refuses what has changed while it waited', async () => {
    const cutover = { kind: 'cutover', at: '2026-03-01T12:05:00.000Z', environment: 'staging' } as const;
    const other = await hold('staging');
    const verb = startAndAgree('rollback', 'staging');
    await verb.says(/^staging is held by bob's/m);
    const reading = readingOf(ledgerOf(access, 'staging', undefined));
    await append(store(), 'staging', [{ ...cutover, candidate: release('c', 'Another one') }], reading);
    const before = await records('staging');
    await other.release();
    const output = await verb.ended;
    assert.match(
      output,
      /^error: staging runs .*c{12}.* by now and would be put back to .*b{12}.*, which is not what/m,
    );
    assert.deepEqual([changes(), await records('staging')], [[], before], output);
  });

  for (const words of [['preview', 'staging'], ['history'], ['status']]) {
    it(`is not ${words.join(' ')}, which waits for nobody`, async () => {
      const other = await hold('staging');
      const output = await start(...words).ended;
      assert.doesNotMatch(output, /is held by/);
      await other.check();
      await other.release();
      assert.equal((await newest('staging'))?.what, './sluice promote');
    });
  }
});
