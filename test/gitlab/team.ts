import * as assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { stringify } from 'yaml';
import { docker } from '../../clients/docker/docker';
import { foundImages } from '../../stacks/images';
import type { World } from '../end-to-end/world';
import { prefix } from '../end-to-end/isolate';
import type { LoginRegistry } from '../ssh-host/registry';
import { AppCheckout } from './app';
import { gitLabRunner, type GitLabRunner } from './runner';

/** A team whose repository is at GitLab: the checkout that it pushes, and what runs its pipelines. */
export interface GitLabTeam {
  app: AppCheckout;
  runner: GitLabRunner;
  /** What Pulumi's state is encrypted with. */
  passphrase: string;
}

/**
 * Gives a world the team's stack files in place of the shipped ones, and the variables that its jobs have, too.
 * @param o.variables what the stack files name besides the registry's login
 * @param o.stacks values by stack, without the namespace of their keys
 */
export async function gitLabTeam(o: {
  world: World;
  registry: LoginRegistry;
  variables: Readonly<Record<string, string>>;
  stacks: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}): Promise<GitLabTeam> {
  const { world, registry } = o;
  const state = path.join(world.folder, 'state');
  const home = world.env['SLUICE_HOME'] ?? assert.fail();
  const dockerConfig = path.join(world.folder, 'docker');
  const passphrase = `the team’s ${process.pid} ${Date.now()}`;
  const variables = {
    ...o.variables,
    HARBOR_HOST: registry.address,
    // A `$` that stands for itself: GitLab has a switch at the variable for it.
    HARBOR_USERNAME: registry.username.replaceAll('$', () => '$$'),
    HARBOR_PASSWORD: registry.password,
    PULUMI_BACKEND_URL: `file://${state}`,
    PULUMI_CONFIG_PASSPHRASE: passphrase,
  };
  fs.mkdirSync(state);
  fs.mkdirSync(dockerConfig, { mode: 0o700 });
  const login = ['login', '--username', registry.username, '--password-stdin', registry.address];
  await docker(login, { input: registry.password, env: { DOCKER_CONFIG: dockerConfig } });
  Object.assign(world.env, variables, { HARBOR_USERNAME: registry.username, DOCKER_CONFIG: dockerConfig });
  for (const file of fs.readdirSync(world.clone)) {
    if (/^Pulumi\..+\.yaml$/.test(file)) fs.rmSync(path.join(world.clone, file));
  }
  for (const [name, values] of Object.entries(o.stacks)) {
    const config = Object.fromEntries(Object.entries(values).map(([key, value]) => [`sluice:${key}`, value]));
    fs.writeFileSync(path.join(world.clone, `Pulumi.${name}.yaml`), stringify({ config }));
  }
  const app = new AppCheckout(path.join(world.folder, 'discounts'), foundImages()['node'] ?? '');
  const runner = await gitLabRunner({
    name: `${prefix}-pipeline`,
    repository: app.folder,
    // What somebody may set who starts a job: a program that saw it would not start.
    variables: { ...variables, SLUICE_HOME: home, NODE_OPTIONS: '--require /nothing/of/the/kind.js' },
    // The store lies in it, too: jobs on one machine share both.
    volumes: [state],
    dockerConfig,
  });
  return { app, runner, passphrase };
}
