import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { assertEnded } from '../errors/told';
import { copyCheckout } from '../bin/checkout';
import { standIns } from './stand-ins';

const stacks = ['platform', 'production', 'staging'] as const;

describe('ForeignCheckout: another checkout, of another version and with other stack files, on the same home', function () {
  this.timeout(120_000);
  let folder: string;
  let env: NodeJS.ProcessEnv;
  const home = (...names: string[]): string => path.join(folder, 'home', ...names);
  const clone = (...names: string[]): string => path.join(folder, 'clone', ...names);

  before(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'sluice-foreign-'));
    env = standIns(folder);
    copyCheckout(clone(), true);
    const project = JSON.parse(fs.readFileSync(clone('package.json'), 'utf8')) as Record<string, unknown>;
    fs.writeFileSync(clone('package.json'), JSON.stringify({ ...project, version: '9.9.9' }));
    for (const stack of stacks) fs.appendFileSync(clone(`Pulumi.${stack}.yaml`), '# of the other checkout\n');
  });
  after(() => fs.rmSync(folder, { recursive: true }));

  /** What another version of Sluice has brought up. */
  beforeEach(() => {
    fs.rmSync(home(), { recursive: true, force: true });
    const files: Record<string, string> = {
      passphrase: 'ours',
      'images.json': '{"tools":"sluice/tools:first"}\n',
      'logs/staging-up.log': 'said before\n',
    };
    for (const stack of stacks) {
      files[`config/Pulumi.${stack}.yaml`] = `config: {}\nencryptionsalt: v1:${stack}\n`;
      files[`pulumi/.pulumi/stacks/sluice/${stack}.json`] = '{}';
    }
    for (const [name, text] of Object.entries(files)) {
      fs.mkdirSync(path.dirname(home(name)), { recursive: true });
      fs.writeFileSync(home(name), text, { mode: 0o600 });
    }
    say('ps', '');
    say('ends', '0');
    say('calls', '');
  });

  afterEach(() => {
    const left = fs.readdirSync(path.join(folder, 'tmp')).filter((name) => name.startsWith('sluice'));
    assert.deepEqual(left, [], 'left behind, though it was for one verb only');
  });

  function say(name: string, text: string): void {
    fs.writeFileSync(path.join(folder, name), text);
  }

  function sluice(...args: string[]): { code: number; stdout: string; stderr: string } {
    const { status, stdout, stderr } = spawnSync(clone('sluice'), args, { cwd: folder, encoding: 'utf8', env });
    return { code: status ?? -1, stdout, stderr };
  }

  /** Every file and folder of the home, with its text and its rights. */
  function whole(): Record<string, string> {
    const names = fs.readdirSync(home(), { recursive: true, encoding: 'utf8' }).sort();
    return Object.fromEntries(
      names.map((name) => {
        const { mode } = fs.statSync(home(name));
        return [
          name,
          `${mode.toString(8)} ${fs.statSync(home(name)).isFile() ? fs.readFileSync(home(name), 'utf8') : ''}`,
        ];
      }),
    );
  }

  /** The same without what whoever had leases has left, in a store that was not there. */
  function withoutLeases(files: Record<string, string>): Record<string, string> {
    const isOf = (name: string): boolean => /^store($|\/\.drafts$|\/leases($|\/))/.test(name);
    return Object.fromEntries(Object.entries(files).filter(([name]) => !isOf(name)));
  }

  const taken = ['somebodys-shop', 'nginx:1', '', '', '127.0.0.1:8080->80/tcp'].join('\t');

  it('leaves every byte of it when its up is refused', () => {
    const before = whole();
    say('ps', `${taken}\n`);
    const { stdout, ...ended } = sluice('up', '--yes');
    assertEnded('portOfContainer', ended);
    assert.equal(stdout, '');
    assert.deepEqual(whole(), before);
  });

  it('makes no home when its first up is refused', () => {
    fs.rmSync(home(), { recursive: true });
    say('ps', `${taken}\n`);
    assert.equal(sluice('up', '--yes').code, 2);
    assert.ok(!fs.existsSync(home()));
  });

  it('leaves all but its log when its platform can not be updated', () => {
    const before = whole();
    say('ends', '1');
    const { code, stderr } = sluice('up', '--yes');
    assert.equal(code, 1, stderr);
    assert.match(stderr, /platform did not succeed\n {2}it is refused\n/);
    const { 'logs/platform-up.log': log, ...after } = withoutLeases(whole());
    assert.match(log ?? '', /it is refused/);
    // Where the lock was, under which what a killed run left is looked for.
    const others = Object.entries(after).filter(([name]) => !/^pulumi\/\.pulumi\/locks\b/.test(name));
    assert.deepEqual(Object.fromEntries(others), before);
  });

  it('is what was last brought up when its update has succeeded, and only of the stacks that it was of', () => {
    const before = whole();
    const { code, stderr } = sluice('up', '--yes', 'platform');
    assert.equal(code, 0, stderr);
    const images = JSON.parse(fs.readFileSync(home('images.json'), 'utf8')) as Record<string, string>;
    assert.match(images['tools'] ?? '', /^sluice\/tools:.*9\.9\.9-/);
    // What Pulumi's program was told, before anything was kept.
    assert.deepEqual(JSON.parse(fs.readFileSync(path.join(folder, 'images'), 'utf8')), images);
    const kept = fs.readFileSync(home('config', 'Pulumi.platform.yaml'), 'utf8');
    assert.match(kept, /# of the other checkout/);
    assert.match(kept, /^encryptionsalt: v1:platform$/m);
    for (const stack of ['staging', 'production'])
      assert.equal(whole()[`config/Pulumi.${stack}.yaml`], before[`config/Pulumi.${stack}.yaml`]);
  });

  it('retires no release by its stack files when they could not be brought up', () => {
    // Whoever looks for what may go can't have the platform's lease, and says so.
    fs.mkdirSync(home('store', 'leases'), { recursive: true });
    fs.writeFileSync(home('store', 'leases', 'platform'), '');
    const looked = /^older releases stay for now: the store in .*: leases\/platform\/.* can't be written/m;
    say('ends', '1');
    const refused = sluice('up', '--yes', 'staging');
    assert.equal(refused.code, 1);
    assert.doesNotMatch(refused.stderr, looked);
    say('ends', '0');
    const updated = sluice('up', '--yes', 'staging');
    assert.equal(updated.code, 0, updated.stderr);
    assert.match(updated.stderr, looked);
  });

  it('makes no stack when a pipeline may not deploy what it has built', () => {
    fs.rmSync(home('pulumi/.pulumi/stacks/sluice/production.json'));
    const before = whole();
    const { code, stderr } = sluice('deploy', 'production', '--release', `sha256:${'0'.repeat(64)}`);
    assert.equal(code, 2, stderr);
    assert.match(stderr, /production is offered nothing yet, and not what this pipeline has built/);
    assert.deepEqual(withoutLeases(whole()), before);
  });

  it('leaves every byte of it when it only looks', () => {
    const before = whole();
    for (const args of [['status'], ['status', '--json'], ['doctor'], ['rollback', 'stging'], ['audit']]) {
      const { code, stderr } = sluice(...args);
      assert.ok(code >= 0 && !/^\s+at .*:\d+:\d+\)?$/m.test(stderr), stderr);
      assert.deepEqual(whole(), before, args.join(' '));
    }
  });
});
