import * as assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { docker } from '../../clients/docker/docker';
import { longTheme } from '../long';
import { bring, endAttempt, type Attempt, type UnderWay } from './attempt';
import { obstacleToASecondEngine, OwnEngine, recorded } from './own-engine';

const minutes = 60_000;

longTheme('the toolchain, killed midway in an engine of its own', function () {
  let folder: string;
  this.timeout(10 * minutes);
  /** Together they take each way of making a part but compiling: packages, npm, a bundler, Pulumi, `docker build`. */
  const items = ['plugins', 'node'];
  let engine: OwnEngine | undefined;
  let env: NodeJS.ProcessEnv;
  let cache: string;
  let calls: string;
  const callsSoFar = (): string[] =>
    fs.existsSync(calls) ? fs.readFileSync(calls, 'utf8').split('\n').filter(Boolean) : [];

  before(async function () {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'sluice-own-engine-'));
    // Pulumi takes minutes to compile: here it is a machine that has one. Brought now, or waited for while others do.
    this.timeout(45 * minutes);
    const withPulumi = await bring({ ...process.env, SLUICE_HOME: path.join(folder, 'home'), ONLY: '["pulumi"]' });
    assert.equal(withPulumi.code, 0, withPulumi.text);
    const obstacle = await obstacleToASecondEngine();
    let problem = obstacle;
    if (obstacle === undefined)
      engine = await OwnEngine.start(folder).catch((error: unknown) => void (problem = String(error)));
    if (engine === undefined) {
      for (const test of this.test?.parent?.tests ?? []) test.title += ` (not tried: ${problem})`;
      this.skip();
    }
    cache = path.join(folder, 'cache');
    calls = path.join(folder, 'calls');
    env = {
      ...process.env,
      PATH: recorded(path.join(folder, 'bin'), calls, withPulumi.path),
      DOCKER_HOST: engine.host,
      SLUICE_CACHE: cache,
      SLUICE_HOME: path.join(folder, 'own-home'),
      SLUICE_SOURCE: 'registries',
      ONLY: JSON.stringify(items),
      GOCACHE: undefined,
      GOMODCACHE: undefined,
    };
  });
  afterEach(endAttempt);
  after(async () => {
    await engine?.stop();
    fs.rmSync(folder, { recursive: true, force: true, maxRetries: 50, retryDelay: 100 });
  });
  const own = async (...args: string[]): Promise<string> =>
    (await docker(args, { env: { DOCKER_HOST: env['DOCKER_HOST'] } })).stdout.trim();

  it('each part killed midway is finished by the next run, with nothing deleted by hand', async function () {
    const test = this.runnable();
    // Places at which a kill must hurt too: while npm unpacks, the engine runs a step or lends out a container.
    const places = [
      { call: /^npm install/, after: 500, hit: false },
      { call: /^docker build .*debian-installed/, after: 700, hit: false },
      { call: /^docker export/, after: 50, hit: false },
      { call: /^docker build .*sluice\/node/, after: 100, hit: false },
    ];
    const [killed, quick, begun] = [new Set<string>(), new Set<string>(), new Set<string>()];
    let seen = new Map<RegExp, number>();
    const isTime = (underWay: UnderWay): boolean => {
      const now = callsSoFar();
      for (const { call } of places)
        if (!seen.has(call) && now.some((line) => call.test(line))) seen.set(call, Date.now());
      const place = places.find((each) => !each.hit && Date.now() - (seen.get(each.call) ?? Infinity) >= each.after);
      const fresh = [...underWay].some(([title, age]) => !killed.has(title) && age >= 100);
      if (place === undefined && !fresh) return false;
      if (place !== undefined) place.hit = true;
      for (const title of underWay.keys()) killed.add(title);
      return true;
    };
    for (const item of items) {
      let last: Attempt;
      do {
        assert.notEqual(test.state, 'failed', 'ran out of time');
        seen = new Map();
        fs.rmSync(calls, { force: true });
        last = await bring({ ...env, ONLY: JSON.stringify([item]) }, isTime);
        for (const title of last.begun) begun.add(title);
        for (const title of last.done) if (!killed.has(title)) quick.add(title);
        assert.ok(last.code === 0 || last.code === null, last.text);
      } while (last.code === null);
    }

    assert.deepEqual(
      places.filter(({ hit }) => !hit).map(({ call }) => call.source),
      [],
      'never killed there',
    );
    assert.deepEqual([...begun].filter((title) => !killed.has(title)).sort(), [...quick].sort());
    assert.deepEqual([...quick], [], 'too quick to be killed');
    assert.deepEqual(fs.existsSync(path.join(cache, 'tmp')) ? fs.readdirSync(path.join(cache, 'tmp')) : [], []);
    assert.equal(await own('ps', '--all', '--quiet'), '');
  });

  it('what came of it is whole', async () => {
    const image = async (name: string): Promise<string> =>
      await own('image', 'ls', '--format', '{{.Repository}}:{{.Tag}}', `sluice/${name}`);
    const inside = async (name: string, ...command: string[]): Promise<string> =>
      own('run', '--rm', '--network', 'none', '--entrypoint', '', await image(name), ...command);
    assert.match(await inside('node', 'npm', '--version'), /^\d+\.\d+\.\d+$/);
    assert.match(await inside('debian', 'dpkg', '--audit'), /^$/);
    const plugins = path.join(cache, 'pulumi-home', 'plugins');
    for (const name of ['command', 'docker', 'random']) {
      const found = fs.readdirSync(plugins).filter((each) => new RegExp(`^resource-${name}-v[\\d.]+$`).test(each));
      assert.equal(found.length, 1, `plugin ${name}`);
    }
    assert.deepEqual(
      fs.readdirSync(path.join(cache, 'store')).map((name) => name.replace(/-[0-9a-f]{12}$/, '')),
      ['node-runtime', 'plugin-bundles'],
    );
  });

  it('a second run starts no compiler, no download and no image build', async () => {
    const state = async (): Promise<string[]> => [
      ...(await own('image', 'ls', '--all', '--no-trunc', '--quiet')).split('\n').sort(),
      ...fs
        .readdirSync(cache, { recursive: true, encoding: 'utf8' })
        .map((name) => `${name} ${fs.lstatSync(path.join(cache, name)).mtimeMs}`),
    ];
    const before = await state();
    fs.rmSync(calls, { force: true });
    const again = await bring(env);
    assert.equal(again.code, 0, again.text);
    assert.deepEqual(again.begun, []);
    assert.deepEqual(
      callsSoFar().filter((line) => !/^docker (image inspect|version) /.test(line)),
      [],
    );
    assert.deepEqual(await state(), before);
  });
});
