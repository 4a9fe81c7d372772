import * as assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { exportLine } from '../../../cli/env';
import { plainArguments, stackToMake } from '../../../cli/plain';
import { stateFolder } from '../../../base/state-folder';
import { deliveryEnvironment, makeState } from '../../../operations/pulumi/environment';
import { isWrongPassphrase, pulumiMessage } from '../../../operations/pulumi/message';
import { makePassphrase } from '../../../operations/pulumi/passphrase';
import { configFolder, copyStackConfig, keepStackConfig, withSalt } from '../../../operations/pulumi/stack-config';

let home: string;
beforeEach(() => {
  home = fs.mkdtempSync(path.join(os.tmpdir(), 'sluice-cli-'));
});
afterEach(() => {
  fs.rmSync(home, { recursive: true, force: true });
});

describe('the passphrase', () => {
  it('is made once, for its owner only', () => {
    makePassphrase(home);
    const file = path.join(home, 'passphrase');
    const text = fs.readFileSync(file, 'utf8');
    assert.match(text, /^[A-Za-z0-9_-]{43}$/);
    assert.equal(fs.statSync(file).mode & 0o777, 0o600);
    makePassphrase(home);
    assert.equal(fs.readFileSync(file, 'utf8'), text);
    assert.deepEqual(fs.readdirSync(home), ['passphrase']);
  });
});

describe('the environment for Pulumi', () => {
  it('puts state and passphrase into the home folder', () => {
    const environment = deliveryEnvironment({ SLUICE_HOME: home, HOME: '/h', USER: 'ann' });
    assert.equal(environment['PULUMI_BACKEND_URL'], `file://${home}/pulumi`);
    assert.equal(environment['PULUMI_CONFIG_PASSPHRASE_FILE'], path.join(home, 'passphrase'));
    assert.deepEqual(fs.readdirSync(home), []);
    makeState({ ...environment, SLUICE_HOME: home });
    assert.deepEqual(fs.readdirSync(home).sort(), ['passphrase', 'pulumi']);
    assert.ok(fs.statSync(path.join(home, 'pulumi')).isDirectory());
  });

  it("keeps a team's own backend and passphrase, and makes none", () => {
    const environment = deliveryEnvironment({
      SLUICE_HOME: home,
      PULUMI_BACKEND_URL: 's3://team',
      PULUMI_CONFIG_PASSPHRASE: 'ours',
    });
    assert.equal(environment['PULUMI_BACKEND_URL'], 's3://team');
    assert.equal(environment['PULUMI_CONFIG_PASSPHRASE_FILE'], undefined);
    makeState({ SLUICE_HOME: home, PULUMI_CONFIG_PASSPHRASE: 'ours', ...environment });
    assert.deepEqual(fs.readdirSync(home), []);
  });

  it('knows the folder of a file backend', () => {
    assert.equal(stateFolder({ PULUMI_BACKEND_URL: 'file:///a%20b' }), '/a b');
    assert.equal(stateFolder({ PULUMI_BACKEND_URL: 'file://~/x', HOME: '/h' }), '/h/x');
    assert.equal(stateFolder({ PULUMI_BACKEND_URL: 's3://team' }), undefined);
  });
});

describe('a failed command of Pulumi', () => {
  it('is told by its error lines', () => {
    const text =
      'code: 255\n stdout: lots\n stderr: Command failed\nerror: incorrect passphrase\n err?: Error\nerror: incorrect passphrase\n';
    assert.equal(pulumiMessage(text), 'incorrect passphrase');
    assert.ok(isWrongPassphrase(pulumiMessage(text)));
    const lost = 'unable to read PULUMI_CONFIG_PASSPHRASE_FILE: open /home/ann/passphrase: no such file or directory';
    assert.ok(isWrongPassphrase(`constructing secrets manager of type "passphrase": ${lost}`));
    assert.equal(pulumiMessage('plain error: text'), 'plain error: text');
  });
});

describe('the copy of a stack file', () => {
  it("follows the checkout's and keeps the salt that Pulumi gave it", () => {
    const salted = 'config:\n  sluice:a: 1\nencryptionsalt: v1:x\n';
    assert.equal(withSalt('config:\n  sluice:a: 2\n', salted), 'config:\n  sluice:a: 2\nencryptionsalt: v1:x\n');
    const secret = 'config:\n  sluice:a:\n    secure: v1:z\nencryptionsalt: v1:y\n';
    assert.equal(withSalt(secret, salted), secret);
    const inBraces = 'config:\n  sluice:a: { secure: v1:z }\nencryptionsalt: v1:y\n';
    assert.equal(withSalt(inBraces, salted), inBraces);
    for (const plain of ['# not secure: v1:z', 'secure: none', 'x: "not secure: mind"']) {
      const text = `config:\n  ${plain}\n`;
      assert.equal(withSalt(`${text}encryptionsalt: v1:y\n`, salted), `${text}encryptionsalt: v1:x\n`, plain);
    }
    assert.equal(withSalt('encryptionsalt: v1:y\nconfig: {}\n', ''), 'config: {}\n');
    assert.equal(withSalt('config: {}\n', ''), 'config: {}\n');
  });

  it('takes over the salt of another stack while it has none', () => {
    const [other, own] = ['encryptionsalt: v1:other\n', 'encryptionsalt: v1:own\n'];
    assert.equal(withSalt('config: {}\n', '', '', other), `config: {}\n${other}`);
    assert.equal(withSalt('config: {}\n', own, other), `config: {}\n${own}`);
  });

  it('is written only when something changed, never into the checkout, and into the home once it was brought up', () => {
    const program = fs.mkdtempSync(path.join(os.tmpdir(), 'sluice-program-'));
    try {
      const source = path.join(program, 'Pulumi.one.yaml');
      fs.writeFileSync(source, 'config: {}\n');
      const copy = copyStackConfig(program, home, 'one');
      assert.equal(path.dirname(copy), configFolder());
      fs.appendFileSync(copy, 'encryptionsalt: v1:x\n');
      const before = fs.statSync(copy).mtimeMs;
      assert.equal(copyStackConfig(program, home, 'one'), copy);
      assert.equal(fs.statSync(copy).mtimeMs, before);
      assert.equal(fs.readFileSync(source, 'utf8'), 'config: {}\n');
      assert.deepEqual(fs.readdirSync(home), []);
      const next = copyStackConfig(program, home, 'two');
      assert.equal(fs.readFileSync(next, 'utf8'), 'encryptionsalt: v1:x\n');
      keepStackConfig(home, 'one');
      assert.deepEqual(fs.readdirSync(path.join(home, 'config')), ['Pulumi.one.yaml']);
      assert.equal(
        fs.readFileSync(path.join(home, 'config', 'Pulumi.one.yaml'), 'utf8'),
        fs.readFileSync(copy, 'utf8'),
      );
    } finally {
      fs.rmSync(program, { recursive: true });
      for (const stack of ['one', 'two']) fs.rmSync(path.join(configFolder(), `Pulumi.${stack}.yaml`), { force: true });
    }
  });
});

describe('plain pulumi', () => {
  const copyOf = (stack: string): string => `/c/${stack}`;
  it('gets the copy of the stack file where it takes one', () => {
    assert.deepEqual(plainArguments(['up', '-s', 'staging'], copyOf), [
      'up',
      '-s',
      'staging',
      '--config-file',
      '/c/staging',
    ]);
    assert.deepEqual(plainArguments(['preview', '--stack=organization/sluice/production'], copyOf).slice(-1), [
      '/c/production',
    ]);
  });

  it('gets everything else as it was typed', () => {
    for (const typed of [
      ['stack', 'ls'],
      ['up'],
      ['stack', 'export', '-s', 'staging'],
      ['up', '-s', 'staging', '--config-file', 'mine.yaml'],
      ['config', 'set', 'a', 'b', '-s', 'staging'],
    ]) {
      assert.deepEqual(plainArguments(typed, copyOf), typed);
    }
  });

  it('finds the stack made that a value is set of, if it is one of ours', () => {
    fs.writeFileSync(path.join(home, 'Pulumi.platform.yaml'), '');
    assert.equal(stackToMake(['config', 'set', '--secret', 'a', '-s', 'platform'], home), 'platform');
    assert.equal(stackToMake(['config', 'set', 'a', 'b', '--stack=organization/sluice/platform'], home), 'platform');
    for (const typed of [['config', '-s', 'platfrom'], ['config'], ['up', '-s', 'platform']]) {
      assert.equal(stackToMake(typed, home), undefined);
    }
  });

  it('finds its environment in lines that any shell reads', () => {
    assert.equal(exportLine('A', "it's"), "export A='it'\\''s'");
  });
});
