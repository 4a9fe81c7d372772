import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { target } from '../../targets/kinds';
import { projectRoot } from '../../base/paths';
import { isEnvironment, type StackFile } from '../../config/stack';
import { readStacks } from '../../config/stacks';
import { publicKey } from '../../clients/ssh/ssh';
import { portsOf } from '../../config/rules/ports';
import { homeIn } from '../../config/targets';
import { examplesFolder, stackFiles } from './add-example';

const example = path.join(examplesFolder, 'ssh-docker');

describe('the example with two machines that have an engine', () => {
  let stacks: StackFile[];
  before(() => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'sluice-ssh-docker-'));
    try {
      fs.copyFileSync(path.join(projectRoot, 'Pulumi.yaml'), path.join(folder, 'Pulumi.yaml'));
      for (const file of stackFiles(example)) fs.copyFileSync(path.join(example, file), path.join(folder, file));
      stacks = readStacks(folder);
    } finally {
      fs.rmSync(folder, { recursive: true });
    }
  });

  it('is a project of its own: staging and production, each on its machine', () => {
    assert.deepEqual(
      stacks.map(({ name }) => name),
      ['platform', 'staging', 'production'],
    );
    const machines = stacks.filter(isEnvironment).map(({ name, config }) => {
      const { machine: place } = homeIn(config, 'shop', name);
      assert.ok(place !== undefined);
      assert.equal(place.folder, `.local/state/sluice/shop-${name}`);
      assert.equal(publicKey(place.ssh.hostKey).type, 'ssh-ed25519');
      return place.ssh.host;
    });
    assert.deepEqual(machines, ['staging.example.com', 'shop.example.com']);
  });

  it('opens its ports on every address of the machines', () => {
    const ports = stacks.filter(isEnvironment).flatMap((file) => portsOf(file, stacks));
    assert.deepEqual(
      ports.map(({ machine, bind, port }) => `${machine} ${bind} ${port}`),
      ['staging.example.com:22 0.0.0.0 8180', 'shop.example.com:22 0.0.0.0 8080'],
    );
  });

  it('production is gated and watched', () => {
    const production = stacks.filter(isEnvironment).find(({ name }) => name === 'production')?.config;
    assert.equal(production?.promotesFrom, 'staging');
    assert.equal(production.gate.checks.length, 1);
    assert.equal(production.watch.seconds, 10);
  });
});

describe('docs/ssh-docker.md', () => {
  const text = fs.readFileSync(path.join(projectRoot, 'docs', 'ssh-docker.md'), 'utf8');

  it('begins with the example’s own production, without its gate', () => {
    const lines = fs.readFileSync(path.join(example, 'Pulumi.production.yaml'), 'utf8').split('\n');
    const own = lines
      .slice(lines.findIndex((line) => line.includes('sluice:target')))
      .filter((line) => !line.includes('#'))
      .map((line) => `  ${line}`);
    assert.ok(text.includes(own.join('\n').trimEnd()), own.join('\n'));
  });

  it('tells of every key of a target', () => {
    const shape = target.unwrap().options.find(({ shape: { kind } }) => kind.value === 'ssh-docker')?.shape ?? {};
    assert.ok(Object.keys(shape).length > 3);
    for (const key of Object.keys(shape)) assert.ok(text.includes(`\`target.${key}\``), key);
    for (const key of ['sshPrivateKey', 'bind']) assert.match(text, new RegExp(`^\\| \`${key}\` \\|`, 'm'), key);
  });
});
