import * as assert from 'node:assert/strict';
import * as fs from 'node:fs';
import { docker, inspectContainer, type ContainerInfo } from '../../engine/docker';
import { labels } from '../../engine/labels';
import type { SshConnection } from '../../engine/ssh';
import { lastCutover, parseLedger, type LedgerRecord } from '../../releases/ledger';
import { Load } from '../cutover/load';
import { exampleStack } from '../docs/add-example';
import type { AppCheckout } from '../gitlab/app';
import type { GitLabRunner } from '../gitlab/runner';
import { gitLabTeam } from '../gitlab/team';
import { OtherMachine } from '../other-engine/machine';
import { holding } from '../secrets/holding';
import { startSshHost, type SshHost } from '../ssh-host';
import { startLoginRegistry, type LoginRegistry } from '../ssh-host/registry';
import { obstacleToASecondEngine } from '../toolchain/own-engine';
import { until } from './engine';
import { ports, prefix, setIn } from './isolate';
import { statusOf } from './shop';
import { theWorld, type World } from './world';

const project = 'sluice-test-sd';
type Environment = 'staging' | 'production';

/**
 * The example docs/examples/ssh-docker: staging on an engine of its own, so that nothing which looks for it on this machine's finds it;
 * production on this machine's, through SSH all the same.
 */
describe("environments on other machines' engines, by SSH", function () {
  this.timeout(20 * 60_000);
  let world: World;
  let registry: LoginRegistry;
  let far: OtherMachine;
  let near: SshHost;
  let app: AppCheckout;
  let runner: GitLabRunner;
  let obstacle: string | undefined;

  const port = (environment: Environment): number => ports[environment].discounts;
  const url = `http://127.0.0.1:${port('production')}/`;
  const says = async (environment: Environment): Promise<string> =>
    environment === 'staging' ? far.ask(port('staging')) : (await fetch(url)).text();
  const farContainers = async (): Promise<string[]> => {
    const { stdout } = await far.docker('ps', '--all', '--format', '{{.Names}}');
    return stdout.split('\n').filter((name) => name !== '');
  };
  /** The release's container of production. */
  const release = async (): Promise<ContainerInfo | undefined> => {
    const of = [`${labels.instance}=${prefix}`, `${labels.stack}=production`, `${labels.role}=release`];
    const filters = of.flatMap((label) => ['--filter', `label=${label}`]);
    const { stdout } = await docker(['ps', '--quiet', ...filters]);
    return inspectContainer(stdout.trim());
  };
  const ledger = async (host: SshHost, environment: Environment): Promise<LedgerRecord[]> =>
    parseLedger(await host.read(`/home/deploy/.local/state/sluice/${prefix}-${environment}/.sluice/ledger.jsonl`));
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
    world = await theWorld();
    registry = await startLoginRegistry('sd');
    far = await OtherMachine.start('far', registry.address);
    near = await startSshHost({ name: 'near' });
    // One key for both machines, as the jobs have one variable.
    await near.run('cat >> /home/deploy/.ssh/authorized_keys', {
      input: (await far.ssh.read('/home/deploy/.ssh/authorized_keys')).trim() + '\n',
    });
    const places = { staging: far.ssh.place, production: near.place };
    const own = (environment: Environment): Record<string, unknown> => {
      const { target, services, ...others } = exampleStack('ssh-docker', environment) as Record<string, object>;
      const discounts = { ...(services as { discounts: object }).discounts, port: port(environment) };
      return { ...others, target: { ...target, ...places[environment] }, services: { discounts } };
    };
    ({ app, runner } = await gitLabTeam({
      world,
      registry,
      variables: { SSH_PRIVATE_KEY: far.ssh.privateKey },
      stacks: {
        platform: { ...exampleStack('ssh-docker', 'platform'), prefix, registryNamespace: project },
        staging: own('staging'),
        production: own('production'),
      },
    }));
  });
  after(async () => {
    if (obstacle !== undefined) return;
    await far.stop();
    await near.stop();
    await registry.stop();
  });

  it('npm run up publishes what other machines need: the image of checks and jobs, and the edge', async () => {
    const up = await world.run('up', 'platform');
    assert.equal(up.code, 0, up.all);
    const pipeline = await world.run('pipeline', 'discounts');
    assert.equal(pipeline.code, 0, pipeline.all);
    app.commit({ version: 'one' }, { '.gitlab-ci.yml': pipeline.stdout });
  });

  it('a push goes to staging, passes its check there, and goes on to production', async () => {
    await succeeds(runner.push());
    const verdict = (await ledger(near, 'production')).find((record) => record.kind === 'verdict');
    assert.deepEqual(
      verdict?.checks.map(({ name, verdict: own }) => [name, own]),
      [['health', 'passed']],
    );
    assert.equal(await says('staging'), 'one');
    assert.equal(await says('production'), 'one');
    const names = await farContainers();
    assert.deepEqual(
      names.filter((name) => !/-staging-(edge|discounts-[0-9a-f]{12})$/.test(name)),
      [],
    );
    assert.equal(names.length, 2);
    for (const name of names) assert.equal(await inspectContainer(name), undefined, `${name} is on this machine, too`);
  });

  it('the terminal sees the same: status, history, and an update that changes nothing', async () => {
    const { staging, production } = (await statusOf(world)).environments;
    const [here, there] = [production?.services['discounts'], staging?.services['discounts']];
    assert.equal(there?.url, `http://127.0.0.1:${port('staging')}`);
    assert.deepEqual([here?.healthy, there.healthy], [true, true]);
    assert.equal(here?.digest, there.digest);
    assert.equal(production?.gate?.verdict, 'passed');
    for (const name of ['staging', 'production']) {
      const up = await world.run('up', name);
      assert.equal(up.code, 0, up.all);
      assert.match(up.all, new RegExp(`${name}: nothing changed`));
      const plain = await world.run(
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
    const check = await world.run('check', 'staging');
    assert.equal(check.code, 0, check.all);
  });

  it('a second release loses no request, and is watched there', async () => {
    app.commit({ version: 'two' });
    const load = new Load(() => url, { perSecond: 50, slowMilliseconds: 0 });
    const pushed = await runner.push();
    const { requests, failures } = await load.end();
    assert.equal(pushed.code, 0, pushed.output);
    assert.deepEqual(failures, {}, `of ${requests} requests`);
    assert.ok(requests > 100);
    const last = lastCutover(await ledger(near, 'production'), 'production');
    assert.match(last?.watch ?? '', /requests failed/);
    assert.equal(await says('staging'), 'two');
    assert.equal(await says('production'), 'two');
  });

  it('what fails its check on staging leaves production as it was', async () => {
    const before = await release();
    app.commit({ version: 'unsound', is: 'unsound' });
    const { code, output } = await runner.push();
    assert.notEqual(code, 0, output);
    assert.match(output, /production does not take discounts/);
    assert.equal(await says('staging'), 'unsound');
    const after = await release();
    assert.deepEqual([after?.Id, after?.State.StartedAt], [before?.Id, before?.State.StartedAt]);
    assert.equal(await says('production'), 'two');
  });

  it('a release that exits leaves staging as it was, with its last words in the ledger there', async () => {
    app.commit({ version: 'broken', is: 'exits' });
    const { code, output } = await runner.push();
    assert.notEqual(code, 0, output);
    assert.match(output, /no price list: giving up/);
    assert.equal(await says('staging'), 'unsound');
    assert.equal((await ledger(far.ssh, 'staging')).at(-1)?.kind, 'unhealthy');
    assert.equal((await farContainers()).length, 2);
  });

  it('the next good one goes all the way', async () => {
    app.commit({ version: 'three' });
    await succeeds(runner.push());
    assert.equal(await says('staging'), 'three');
    assert.equal(await says('production'), 'three');
  });

  it('somebody goes back by hand, and forth again', async () => {
    const back = await world.run('rollback', 'production');
    assert.equal(back.code, 0, back.all);
    assert.equal(await says('production'), 'two');
    const forth = await world.run('promote', 'production', '--again');
    assert.equal(forth.code, 0, forth.all);
    assert.equal(await says('production'), 'three');
  });

  it('what a broken-off run has left there is mended there', async () => {
    const stray = `${prefix}-staging-discounts-0123456789ab`;
    const of = { instance: prefix, stack: 'staging', role: 'release' };
    const marks = Object.entries(of).flatMap(([key, value]) => ['--label', `sluice.${key}=${value}`]);
    const image = (await far.docker('images', '--quiet')).stdout.split('\n')[0] ?? '';
    await far.docker('create', '--name', stray, ...marks, image);
    assert.ok((await farContainers()).includes(stray));
    const edge = (await farContainers()).find((name) => name.endsWith('-edge'));
    assert.ok(edge !== undefined);
    await far.docker('rm', '--force', edge);
    const up = await world.run('up', 'staging');
    assert.equal(up.code, 0, up.all);
    assert.ok(up.all.includes(`removing container ${stray}, which a broken-off run left`), up.all);
    assert.equal((await farContainers()).length, 2);
    assert.equal(await says('staging'), 'three');
  });

  it('killed in the middle of an update, the next one ends it', async () => {
    setIn(world.clone, 'staging', ['sluice:services', 'discounts', 'env'], { FLAVOUR: 'salt' });
    const killed = world.start('up', 'staging');
    await until(async () => ((await farContainers()).length === 3 ? true : undefined));
    await world.kill(killed);
    const up = await world.run('up', 'staging');
    assert.equal(up.code, 0, up.all);
    assert.equal((await farContainers()).length, 2);
    assert.equal(await says('staging'), 'three');
    assert.match((await world.run('up', 'staging')).all, /staging: nothing changed/);
  });

  it('moves to another machine, and back', async () => {
    const to = (place: SshConnection): void => {
      for (const key of ['host', 'port', 'user', 'hostKey'] as const)
        setIn(world.clone, 'staging', ['sluice:target', key], place[key]);
    };
    to(near.place);
    const away = await world.run('up', 'staging');
    assert.equal(away.code, 0, away.all);
    assert.deepEqual(await farContainers(), []);
    assert.equal(await (await fetch(`http://127.0.0.1:${port('staging')}/`)).text(), 'three');
    to(far.ssh.place);
    const back = await world.run('up', 'staging');
    assert.equal(back.code, 0, back.all);
    assert.equal((await farContainers()).length, 2);
    assert.equal(await says('staging'), 'three');
  });

  it('a machine that is away, and one with another key, are told before anything is changed', async () => {
    const { hostKey, port: sshPort } = far.ssh.place;
    const set = (key: string, value: unknown) => setIn(world.clone, 'staging', ['sluice:target', key], value);
    try {
      set('hostKey', near.place.hostKey);
      const other = await world.run('up', 'staging');
      assert.equal(other.code, 2, other.all);
      assert.match(other.all, /its host key should be/);
      set('hostKey', hostKey);
      set('port', 9);
      const away = await world.run('up', 'staging');
      assert.equal(away.code, 2, away.all);
      assert.match(away.all, /can't be reached by SSH/);
    } finally {
      set('hostKey', hostKey);
      set('port', sshPort);
    }
    assert.equal(await says('staging'), 'three');
  });

  it('the key is in no file and on no command line', async () => {
    const line = far.ssh.privateKey.split('\n')[2] ?? '';
    assert.ok(line.length > 30);
    const found = await far.ssh.run('grep -rlF -f - /home /tmp /dev/shm /run 2> /dev/null || true', {
      input: `${line}\n`,
    });
    assert.equal(found.stdout, '');
    // The runner has its settings beside the app, and gives its containers their variables on command lines.
    const here = [...holding(world.folder, line), ...holding('/dev/shm', line)];
    assert.deepEqual(
      here.filter((file) => !file.startsWith(app.folder) && file !== world.processes),
      [],
    );
    const commands = fs.readFileSync(world.processes, 'utf8');
    const keys = commands.split('\n').filter((command) => command.includes('BEGIN OPENSSH'));
    assert.deepEqual(
      keys.filter((command) => !/^(bash -c )?docker create --interactive .* gcl-/.test(command)),
      [],
    );
    assert.equal(commands.split(line).length - 1, keys.length);
  });

  it('npm run destroy leaves nothing there', async () => {
    const { code, all } = await world.run('destroy', '--yes');
    assert.equal(code, 0, all);
    assert.deepEqual(await farContainers(), []);
    for (const kind of ['network', 'volume', 'image']) {
      const { stdout } = await far.docker(
        kind,
        'ls',
        '--quiet',
        '--filter',
        kind === 'network' ? 'type=custom' : 'dangling=true',
      );
      assert.equal(stdout, '', kind);
    }
    assert.equal((await far.docker('image', 'ls', '--format', '{{.Repository}}')).stdout, '');
    const { stdout } = await far.ssh.run('find /home/deploy/.local/state/sluice -mindepth 1');
    assert.equal(stdout, '');
    assert.match(all, new RegExp(`removed deploy@127\\.0\\.0\\.1:\\.local/state/sluice/${prefix}-staging`));
  });
});
