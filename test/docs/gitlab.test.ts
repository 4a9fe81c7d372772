import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { composedEnvironment } from '../../config/schema';
import { projectRoot } from '../../base/paths';
import { gitLabPipeline } from '../../pipelines/gitlab';
import { isEnvironment, type StackFile } from '../../config/stack';
import { readStacks } from '../../config/stacks';
import { externalPipeline } from '../../stacks/external-pipeline';
import { homeIn } from '../../config/targets';
import { publicKey } from '../../clients/ssh/ssh';
import { teamFolder } from '../stacks/team-of-four';
import { stackFiles } from './add-example';

const page = (name: string): string => fs.readFileSync(path.join(projectRoot, 'docs', name), 'utf8');
/** The blocks of text that a page shows as they are. */
const blocks = (text: string): string[] =>
  [...text.matchAll(/(?:^ {4}.*\n|^\n(?= {4}))+/gm)].map(([block]) => block.replace(/^ {4}/gm, '').trim());

describe('the example with GitLab, Harbor and machines reached by SSH', () => {
  let stacks: StackFile[];
  before(() => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'sluice-gitlab-harbor-'));
    try {
      fs.copyFileSync(path.join(projectRoot, 'Pulumi.yaml'), path.join(folder, 'Pulumi.yaml'));
      for (const file of stackFiles(teamFolder)) fs.copyFileSync(path.join(teamFolder, file), path.join(folder, file));
      stacks = readStacks(folder);
    } finally {
      fs.rmSync(folder, { recursive: true });
    }
  });

  it('is a project of its own: a platform and four environments, each in the folder that bears its name', () => {
    assert.deepEqual(
      stacks.map(({ name }) => name),
      ['platform', 'dev', 'pilot', 'stage', 'production'],
    );
    for (const { name, config } of stacks.filter(isEnvironment)) {
      const { machine: place } = homeIn(config, 'shop', name);
      assert.ok(place !== undefined);
      assert.equal(place.folder, `/usr/local/shop-${name}`);
      assert.equal(place.ssh.host, `${name}.example.com`);
      assert.equal(publicKey(place.ssh.hostKey).type, 'ssh-ed25519');
    }
  });

  it('production takes what stage runs, tested and approved', () => {
    const production = stacks.filter(isEnvironment).find(({ name }) => name === 'production')?.config;
    assert.equal(production?.promotesFrom, 'stage');
    assert.deepEqual(
      production.gate.checks.map(({ type }) => type),
      ['http'],
    );
    assert.notEqual(production.gate.approval, undefined);
  });

  it('gives the pipeline that docs/gitlab.md shows', () => {
    const [platform] = stacks;
    assert.ok(platform?.config.role === 'platform');
    const registry = { kind: 'external', address: `${platform.config.registryHost}/shop`, url: 'x', stepsUrl: 'x' };
    const image = {
      image: `${registry.address}/sluice-deploy`,
      tag: '0123456789ab',
      digest: `sha256:${'0'.repeat(64)}`,
    };
    const described = externalPipeline('discounts', { ...platform, config: platform.config }, stacks, {
      registry,
      deployImage: image,
    });
    const made = gitLabPipeline(described);
    const [shown = ''] = blocks(page('gitlab.md')).filter((block) => block.includes('…\nbuild:'));
    const parts = shown.split('\n…\n');
    assert.ok(parts.length > 5);
    let at = 0;
    for (const part of parts) {
      const found = made.indexOf(`\n${part}\n`, at);
      assert.ok(found !== -1, `not in this place: ${part}`);
      at = found + part.length;
    }
    for (const name of made.match(/^(test|build|deploy.*)(?=:$)/gm) ?? []) {
      assert.ok(page('gitlab.md').includes(`\`${name}\``), name);
    }
  });

  it('needs no variable that docs/gitlab.md does not tell of', () => {
    const [, section = ''] = page('gitlab.md').split('## What has to be set at GitLab');
    const [table = ''] = section.split('## What the jobs do');
    for (const { name } of stacks.flatMap(({ variables }) => variables)) assert.ok(table.includes(`\`${name}\``), name);
  });
});

describe('docs/compose-ssh.md', () => {
  const text = page('compose-ssh.md');

  it('begins with the example’s own dev', () => {
    const dev = fs.readFileSync(path.join(teamFolder, 'Pulumi.dev.yaml'), 'utf8');
    const own = dev
      .split('\n')
      .slice(1)
      .filter((line) => !line.includes('#'))
      .map((line) => line.replace(/^ {2}/, ''));
    assert.equal(blocks(text)[0], own.join('\n').trim());
  });

  it('tells of every key of a target and of its services', () => {
    const parsed = composedEnvironment.shape.target.unwrap().options[1].shape;
    for (const key of Object.keys(parsed)) assert.ok(text.includes(`\`target.${key}\``), key);
    for (const key of ['sshPassword', 'sshPrivateKey', 'repository', 'containerPort', 'port', 'healthySeconds']) {
      assert.match(text, new RegExp(`^\\| \`${key}\` \\|`, 'm'), key);
    }
  });
});
