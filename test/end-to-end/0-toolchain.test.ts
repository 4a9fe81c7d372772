import * as assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { docker } from '../../engine/docker';
import { projectRoot } from '../../paths';
import { inspect } from '../../toolchain';
import { debianSources } from '../../toolchain/apt';
import { ensureEngine } from '../../toolchain/items/engine';
import { which } from '../../toolchain/process';

/** What one run of the toolchain did, and how it ended. */
interface Attempt {
  /** Exit code; null when it was killed. */
  code: number | null;
  text: string;
  /** Titles of the parts that it began, and of those that it finished. */
  begun: string[];
  done: string[];
  /** PATH as the toolchain hands it out; empty unless the run came to its end. */
  path: string;
}

/** The parts under way, each with the milliseconds since it began. */
type UnderWay = Map<string, number>;

/** The toolchain's run under way, so that none outlives a test that ran out of time. */
let running: ChildProcess | undefined;

const program = `require('./toolchain')
  .ensure({ say: (line) => console.log(line), only: JSON.parse(process.env.ONLY ?? 'null') ?? undefined })
  .then(({ env }) => console.log('PATH ' + env.PATH), (error) => { console.log(error); process.exitCode = 1; });`;

/**
 * Runs the toolchain in a process group of its own.
 * @param isTime asked all the time; when it says yes, the whole group is killed with signal 9
 */
function bring(env: NodeJS.ProcessEnv, isTime: (underWay: UnderWay) => boolean = () => false): Promise<Attempt> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['-r', 'ts-node/register', '-e', program], {
      cwd: projectRoot,
      env,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    running = child;
    const started = new Map<string, number>();
    const attempt: Attempt = { code: null, text: '', begun: [], done: [], path: '' };
    let rest = '';
    const take = (chunk: Buffer): void => {
      const lines = (rest + chunk.toString()).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        attempt.text += `${line}\n`;
        const begins = /^\[\d+\/\d+\] (.*): begins/.exec(line)?.[1];
        const done = /^\[\d+\/\d+\] (.*): done in/.exec(line)?.[1];
        if (begins !== undefined) {
          attempt.begun.push(begins);
          started.set(begins, Date.now());
        }
        if (done !== undefined) {
          attempt.done.push(done);
          started.delete(done);
        }
        attempt.path = /^PATH (.*)/.exec(line)?.[1] ?? attempt.path;
      }
    };
    child.stdout.on('data', take);
    child.stderr.on('data', take);
    const timer = setInterval(() => {
      const underWay = new Map([...started].map(([title, since]) => [title, Date.now() - since]));
      if (!isTime(underWay)) return;
      clearInterval(timer);
      killGroup(child);
    }, 25);
    child.on('error', reject);
    child.on('close', (code) => {
      clearInterval(timer);
      resolve({ ...attempt, code });
    });
  });
}

function killGroup(child: ChildProcess | undefined): void {
  if (child?.pid !== undefined && child.exitCode === null && child.signalCode === null)
    process.kill(-child.pid, 'SIGKILL');
}

/** A Docker engine that shares neither network nor mounts nor processes with the machine's own, and ends without a trace. */
class OwnEngine {
  private constructor(
    readonly host: string,
    private readonly child: ChildProcess,
  ) {}

  static async start(folder: string): Promise<OwnEngine> {
    const settings = path.join(folder, 'daemon.json');
    fs.writeFileSync(settings, '{}');
    const host = `unix://${path.join(folder, 'socket')}`;
    const log = fs.openSync(path.join(folder, 'engine.log'), 'a');
    // The kernel ends all of it, containers and mounts too, when the first process inside is killed, or these tests are.
    const own = ['--net', '--mount', '--pid', '--fork', '--kill-child', '--mount-proc'];
    const name = path.basename(folder);
    const daemon = [
      ...['dockerd', '--host', host, '--config-file', settings, '--pidfile', path.join(folder, 'pid')],
      ...['--data-root', path.join(folder, 'data'), '--exec-root', path.join(folder, 'exec')],
      ...['--containerd-namespace', name, '--containerd-plugins-namespace', `${name}-plugins`],
      ...['--bridge', 'none', '--iptables=false', '--ip-forward=false', '--ip-masq=false'],
    ];
    const child = spawn('setpriv', ['--pdeathsig', 'KILL', 'unshare', ...own, ...daemon], {
      detached: true,
      stdio: ['ignore', log, log],
    });
    fs.closeSync(log);
    const engine = new OwnEngine(host, child);
    for (let i = 0; i < 120 && child.exitCode === null; i += 1) {
      if ((await docker(['version'], { env: { DOCKER_HOST: host }, allowFailure: true })).code === 0) return engine;
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
    await engine.stop();
    const last = fs.readFileSync(path.join(folder, 'engine.log'), 'utf8').trim().split('\n').at(-1) ?? '';
    throw new Error(`a second engine does not start here: ${last}`);
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = new Promise((resolve) => this.child.once('exit', resolve));
    this.child.kill('SIGKILL');
    await ended;
  }
}

/** Why there can be no second engine here, or images in it; undefined when there can. */
async function obstacleToASecondEngine(): Promise<string | undefined> {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'only root can start a second engine';
  for (const program of ['dockerd', 'setpriv', 'unshare'])
    if (which(program) === undefined) return `there is no ${program}`;
  if ((await debianSources()).length === 0) return 'images are made from packages on Debian only';
  return undefined;
}

/** Puts programs in front of the PATH that write down how they are called and then become the real ones. */
function recorded(folder: string, calls: string, searched: string): string {
  fs.mkdirSync(folder);
  for (const name of ['docker', 'npm', 'go', 'gcc', 'cc', 'apt-get', 'dpkg-deb']) {
    const real = which(name, { PATH: searched });
    if (real === undefined) continue;
    const text = `#!/bin/sh\necho "${name} $*" >> "${calls}"\nexec "${real}" "$@"\n`;
    fs.writeFileSync(path.join(folder, name), text, { mode: 0o755 });
  }
  return `${folder}:${searched}`;
}

const seconds = 1000;
const minutes = 60 * seconds;

describe('0: the toolchain, killed midway', function () {
  let folder: string;
  before(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'sluice-e2e-0-'));
  });
  afterEach(() => killGroup(running));
  after(() => fs.rmSync(folder, { recursive: true, force: true, maxRetries: 50, retryDelay: 100 }));

  it('what this machine lacks comes, though each part is killed once on the way', async function () {
    this.timeout(45 * minutes);
    const test = this.runnable();
    const env = { ...process.env, SLUICE_HOME: path.join(folder, 'home') };
    await ensureEngine((line) => void process.stderr.write(`${line}\n`));
    const isLacking = (await inspect()).some(({ ok }) => !ok);
    const [killed, begun] = [new Set<string>(), new Set<string>()];
    const isTime = (underWay: UnderWay): boolean => {
      const fresh = [...underWay].some(([title, age]) => !killed.has(title) && age >= 2 * seconds);
      // Go's cache keeps what was compiled; the work of any other part would be lost with its neighbour's.
      const dear = [...underWay].some(([title, age]) => !title.endsWith('compiled') && age >= 10 * seconds);
      if (!fresh || dear) return false;
      for (const title of underWay.keys()) killed.add(title);
      return true;
    };
    let last: Attempt;
    do {
      assert.notEqual(test.state, 'failed', 'ran out of time');
      last = await bring(env, isTime);
      for (const title of last.begun) begun.add(title);
      assert.ok(last.code === 0 || last.code === null, last.text);
    } while (last.code === null);
    assert.deepEqual(
      (await inspect()).filter(({ ok }) => !ok),
      [],
    );
    if (isLacking) {
      test.title += ` (${killed.size} of ${begun.size} parts; the others were too quick or beside long ones)`;
    } else {
      assert.equal(begun.size, 0);
      test.title = 'nothing was missing on this machine, so nothing could be killed while it came';
      this.skip();
    }
  });

  describe('in an engine of its own', function () {
    this.timeout(10 * minutes);
    /** Together they take each way of making a part: packages, npm, a compiler, a bundler, Pulumi, `docker build`. */
    const items = ['plugins', 'node', 'runner'];
    let engine: OwnEngine | undefined;
    let env: NodeJS.ProcessEnv;
    let cache: string;
    let calls: string;
    const callsSoFar = (): string[] =>
      fs.existsSync(calls) ? fs.readFileSync(calls, 'utf8').split('\n').filter(Boolean) : [];

    before(async function () {
      const obstacle = await obstacleToASecondEngine();
      let problem = obstacle;
      if (obstacle === undefined)
        engine = await OwnEngine.start(folder).catch((error: unknown) => void (problem = String(error)));
      if (engine === undefined) {
        for (const test of this.test?.parent?.tests ?? []) test.title += ` (not tried: ${problem})`;
        this.skip();
      }
      // Pulumi takes minutes to compile: here it is a machine that has one.
      const withPulumi = await bring({ ...process.env, SLUICE_HOME: path.join(folder, 'home'), ONLY: '["pulumi"]' });
      assert.equal(withPulumi.code, 0, withPulumi.text);
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
    after(() => engine?.stop());
    const own = async (...args: string[]): Promise<string> =>
      (await docker(args, { env: { DOCKER_HOST: env['DOCKER_HOST'] } })).stdout.trim();

    it('each part killed midway is finished by the next run, with nothing deleted by hand', async function () {
      const test = this.runnable();
      // Places at which a kill must hurt too: while npm unpacks, Go compiles, the engine runs a step or lends out a container.
      const places = [
        { call: /^npm install/, after: 500, hit: false },
        { call: /^go .*build/, after: 3000, hit: false },
        { call: /^docker build .*debian-installed/, after: 700, hit: false },
        { call: /^docker export/, after: 50, hit: false },
        { call: /^docker build .*sluice\/runner/, after: 100, hit: false },
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
      assert.deepEqual(
        [...quick].filter((title) => !/compiler/.test(title)),
        [],
        'too quick to be killed',
      );
      assert.deepEqual(fs.existsSync(path.join(cache, 'tmp')) ? fs.readdirSync(path.join(cache, 'tmp')) : [], []);
      assert.equal(await own('ps', '--all', '--quiet'), '');
    });

    it('what came of it is whole', async () => {
      const image = async (name: string): Promise<string> =>
        await own('image', 'ls', '--format', '{{.Repository}}:{{.Tag}}', `sluice/${name}`);
      const inside = async (name: string, ...command: string[]): Promise<string> =>
        own('run', '--rm', '--network', 'none', '--entrypoint', '', await image(name), ...command);
      assert.match(await inside('node', 'npm', '--version'), /^\d+\.\d+\.\d+$/);
      assert.match(await inside('runner', 'sh', '-c', 'drone-runner-docker --help 2>&1'), /drone/);
      assert.match(await inside('debian', 'dpkg', '--audit'), /^$/);
      const plugins = path.join(cache, 'pulumi-home', 'plugins');
      for (const name of ['command', 'docker', 'random']) {
        const found = fs.readdirSync(plugins).filter((each) => new RegExp(`^resource-${name}-v[\\d.]+$`).test(each));
        assert.equal(found.length, 1, `plugin ${name}`);
      }
      assert.deepEqual(
        fs.readdirSync(path.join(cache, 'store')).map((name) => name.replace(/-[0-9a-f]{12}$/, '')),
        ['compilers', 'drone-runner', 'node-runtime', 'plugin-bundles'],
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
        callsSoFar().filter((line) => !line.startsWith('docker image inspect ')),
        [],
      );
      assert.deepEqual(await state(), before);
    });
  });
});
