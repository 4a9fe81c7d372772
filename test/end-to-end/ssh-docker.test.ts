import * as assert from 'node:assert/strict';
import * as fs from 'node:fs';
import type { Report } from '../../audit/judge';
import { inspectContainer } from '../../clients/docker/docker';
import { lastCutover } from '../../releases/ledger';
import { Load } from '../cutover/load';
import { itMoves } from '../other-engine/moves';
import { portOf, TeamWithMachines } from '../other-engine/team';
import { isLong } from '../long';
import { holding } from '../secrets/holding';
import { obstacleToASecondEngine } from '../toolchain/own-engine';
import { until } from './engine';
import { prefix, setIn } from './isolate';
import { statusOf } from './shop';

describe("environments on other machines' engines, by SSH", function () {
  this.timeout(20 * 60_000);
  let team: TeamWithMachines;
  let obstacle: string | undefined;

  const succeeds = async (run: Promise<{ code: number; output: string }>): Promise<string> => {
    const { code, output } = await run;
    assert.equal(code, 0, output);
    return output;
  };

  before(async function () {
    obstacle = await obstacleToASecondEngine(['nsenter']);
    if (obstacle !== undefined) {
      for (const test of this.test?.parent?.tests ?? []) test.title += ` (not tried: ${obstacle})`;
      this.skip();
    }
    team = await TeamWithMachines.start();
  });
  after(async () => {
    if (obstacle === undefined) await team.stop();
  });

  it('npm run up publishes what other machines need: the image of checks and jobs, and the edge', async () => {
    const up = await team.world.run('up', 'platform');
    assert.equal(up.code, 0, up.all);
    const pipeline = await team.world.run('pipeline', 'discounts');
    assert.equal(pipeline.code, 0, pipeline.all);
    team.app.commit({ version: 'one' }, { '.gitlab-ci.yml': pipeline.stdout });
  });

  it('a push goes to staging, passes its check there, and goes on to production', async () => {
    await succeeds(team.runner.push());
    const verdict = (await team.ledger('production')).find((record) => record.kind === 'verdict');
    assert.deepEqual(
      verdict?.checks.map(({ name, verdict: own }) => [name, own]),
      [['health', 'passed']],
    );
    assert.equal(await team.says('staging'), 'one');
    assert.equal(await team.says('production'), 'one');
    const names = await team.farContainers();
    assert.deepEqual(
      names.filter((name) => !/-staging-(edge-discounts|discounts-[0-9a-f]{12})$/.test(name)),
      [],
    );
    assert.equal(names.length, 2);
    for (const name of names) assert.equal(await inspectContainer(name), undefined, `${name} is on this machine, too`);
  });

  it('the terminal sees the same: status, history, and an update that changes nothing', async () => {
    const { staging, production } = (await statusOf(team.world)).environments;
    const [here, there] = [production?.services['discounts'], staging?.services['discounts']];
    assert.equal(there?.url, `http://127.0.0.1:${portOf('staging')}`);
    assert.deepEqual([here?.healthy, there.healthy], [true, true]);
    assert.equal(here?.digest, there.digest);
    assert.equal(production?.gate?.verdict, 'passed');
    for (const name of ['staging', 'production']) {
      const up = await team.world.run('up', name);
      assert.equal(up.code, 0, up.all);
      assert.match(up.all, new RegExp(`${name}: nothing changed`));
      const plain = await team.world.run(
        'pulumi',
        'up',
        '-s',
        name,
        '--yes',
        '--skip-preview',
        '--non-interactive',
        '--refresh',
        '--expect-no-changes',
      );
      assert.equal(plain.code, 0, plain.all);
    }
    const check = await team.world.run('check', 'staging');
    assert.equal(check.code, 0, check.all);
  });

  it('the audit finds nothing but written deviations on either machine', async () => {
    const { code, stdout, all } = await team.world.run('audit', '--json');
    assert.equal(code, 0, all);
    const reports = JSON.parse(stdout) as Report[];
    assert.deepEqual(
      reports.map(({ machine, looked }) => [machine, looked.containers]),
      [team.far.ssh.place, team.near.place].map(({ host, port }) => [`${host}:${port}`, 2]),
    );
    for (const { findings, stale, deviations } of reports) {
      assert.deepEqual([findings, stale], [[], []]);
      assert.ok(deviations.some(({ check, subject }) => check === '5.14' && subject.endsWith('-edge-discounts')));
    }
  });

  it('a second release loses no request, and is watched there', async () => {
    team.app.commit({ version: 'two' });
    const load = new Load(() => `http://127.0.0.1:${portOf('production')}/`, { perSecond: 50, slowMilliseconds: 0 });
    const pushed = await team.runner.push();
    const { requests, failures } = await load.end();
    assert.equal(pushed.code, 0, pushed.output);
    assert.deepEqual(failures, {}, `of ${requests} requests`);
    assert.ok(requests > 100);
    const last = lastCutover(await team.ledger('production'), 'production');
    assert.ok(last?.kind === 'cutover');
    assert.match(last.watch ?? '', /requests failed/);
    assert.equal(await team.says('staging'), 'two');
    assert.equal(await team.says('production'), 'two');
  });

  it('what fails its check on staging leaves production as it was', async () => {
    const before = await team.release();
    team.app.commit({ version: 'unsound', is: 'unsound' });
    const { code, output } = await team.runner.push();
    assert.notEqual(code, 0, output);
    assert.match(output, /production does not take discounts/);
    assert.equal(await team.says('staging'), 'unsound');
    const after = await team.release();
    assert.deepEqual([after?.Id, after?.State.StartedAt], [before?.Id, before?.State.StartedAt]);
    assert.equal(await team.says('production'), 'two');
  });

  it('a release that exits leaves staging as it was, with its last words in the ledger there', async () => {
    team.app.commit({ version: 'broken', is: 'exits' });
    const { code, output } = await team.runner.push();
    assert.notEqual(code, 0, output);
    assert.match(output, /no price list: giving up/);
    assert.equal(await team.says('staging'), 'unsound');
    assert.equal((await team.ledger('staging')).at(-1)?.kind, 'unhealthy');
    assert.equal((await team.farContainers()).length, 2);
  });

  it('the next good one goes all the way', async () => {
    team.app.commit({ version: 'three' });
    await succeeds(team.runner.push());
    assert.equal(await team.says('staging'), 'three');
    assert.equal(await team.says('production'), 'three');
  });

  it('somebody goes back by hand, and forth again', async () => {
    const back = await team.world.run('rollback', 'production');
    assert.equal(back.code, 0, back.all);
    assert.equal(await team.says('production'), 'two');
    const forth = await team.world.run('promote', 'production', '--again');
    assert.equal(forth.code, 0, forth.all);
    assert.equal(await team.says('production'), 'three');
  });

  it('what a broken-off run has left there is mended there', async () => {
    const stray = `${prefix}-staging-discounts-0123456789ab`;
    const of = { instance: prefix, stack: 'staging', role: 'release' };
    const marks = Object.entries(of).flatMap(([key, value]) => ['--label', `sluice.${key}=${value}`]);
    const image = (await team.far.docker('images', '--quiet')).stdout.split('\n')[0] ?? '';
    await team.far.docker('create', '--name', stray, ...marks, image);
    assert.ok((await team.farContainers()).includes(stray));
    const edge = (await team.farContainers()).find((name) => name.endsWith('-edge-discounts'));
    assert.ok(edge !== undefined);
    await team.far.docker('rm', '--force', edge);
    const up = await team.world.run('up', 'staging');
    assert.equal(up.code, 0, up.all);
    assert.ok(up.all.includes(`removing container ${stray}, which a broken-off run left`), up.all);
    assert.equal((await team.farContainers()).length, 2);
    assert.equal(await team.says('staging'), 'three');
  });

  it('killed in the middle of an update, the next one ends it', async () => {
    setIn(team.world.clone, 'staging', ['sluice:services', 'discounts', 'env'], { FLAVOUR: 'salt' });
    const killed = team.world.start('up', 'staging');
    await until(async () => ((await team.farContainers()).length === 3 ? true : undefined));
    await team.world.kill(killed);
    const up = await team.world.run('up', 'staging');
    assert.equal(up.code, 0, up.all);
    assert.equal((await team.farContainers()).length, 2);
    assert.equal(await team.says('staging'), 'three');
    assert.match((await team.world.run('up', 'staging')).all, /staging: nothing changed/);
  });

  if (isLong) itMoves(() => team);

  it('removes the images of older releases there, as sluice:retain says', async () => {
    const images = async (): Promise<string[]> => {
      const { stdout } = await team.far.docker('images', '--digests', '--format', '{{.Repository}} {{.Digest}}');
      return stdout.split('\n').filter((line) => /\/discounts /.test(line));
    };
    const before = await images();
    assert.ok(before.length > 1, before.join('\n'));
    const { staging } = (await statusOf(team.world)).environments;
    for (const name of ['staging', 'production']) setIn(team.world.clone, name, ['sluice:retain'], 1);
    const up = await team.world.run('up', 'staging');
    assert.equal(up.code, 0, up.all);
    assert.match(up.all, /removed the images of \d+ older releases/);
    assert.deepEqual(
      (await images()).map((line) => line.split(' ')[1]),
      [staging?.services['discounts']?.digest],
    );
    assert.equal(await team.says('staging'), 'three');
  });

  it('keeps as much evidence as sluice:retainEvidence says, and says of the rest that it is no longer kept', async () => {
    setIn(team.world.clone, 'production', ['sluice:retainEvidence'], { runs: 1 });
    const up = await team.world.run('up', 'production');
    assert.equal(up.code, 0, up.all);
    assert.match(up.all, /production: removed the evidence of (an older run|\d+ older runs) \(sluice:retainEvidence\)/);
    const { stdout } = await team.world.run('history', 'production', '--all');
    assert.match(stdout, /^ {4}evidence: no longer kept \(sluice:retainEvidence\)$/m);
    const shown = await team.world.run('evidence', 'production', '--path');
    assert.equal(shown.code, 0, shown.all);
  });

  it('the key is in no file and on no command line', async () => {
    const line = team.far.ssh.privateKey.split('\n')[2] ?? '';
    assert.ok(line.length > 30);
    const found = await team.far.ssh.run('grep -rlF -f - /home /tmp /dev/shm /run 2> /dev/null || true', {
      input: `${line}\n`,
    });
    assert.equal(found.stdout, '');
    // The runner has its settings beside the app, and gives its containers their variables on command lines.
    const here = [...holding(team.world.folder, line), ...holding('/dev/shm', line)];
    assert.deepEqual(
      here.filter((file) => !file.startsWith(team.app.folder) && file !== team.world.processes),
      [],
    );
    // Other tests' keys, of pipelines that run at the same time, are none of this one's.
    const commands = fs.readFileSync(team.world.processes, 'utf8').split('\n');
    const keys = commands.filter((command) => command.includes(line));
    assert.ok(keys.length > 0, 'the runner’s commands were not seen');
    assert.deepEqual(
      keys.filter((command) => !/^(bash -c )?docker create --interactive .* gcl-/.test(command)),
      [],
    );
  });

  it('./sluice destroy leaves nothing there', async () => {
    const { code, all } = await team.world.run('destroy', '--yes');
    assert.equal(code, 0, all);
    assert.deepEqual(await team.farContainers(), []);
    for (const kind of ['network', 'volume', 'image']) {
      const { stdout } = await team.far.docker(
        kind,
        'ls',
        '--quiet',
        '--filter',
        kind === 'network' ? 'type=custom' : 'dangling=true',
      );
      assert.equal(stdout, '', kind);
    }
    assert.equal((await team.far.docker('image', 'ls', '--format', '{{.Repository}}')).stdout, '');
    const { stdout } = await team.far.ssh.run('find /home/deploy/.local/state/sluice -mindepth 1');
    assert.equal(stdout, '');
    assert.match(all, new RegExp(`removed deploy@127\\.0\\.0\\.1:\\.local/state/sluice/${prefix}-staging`));
  });
});
