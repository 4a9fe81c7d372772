import * as assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { docker } from '../../clients/docker/docker';
import { labels } from '../../clients/docker/labels';
import { allowed } from '../secrets/allowed';
import type { Secret } from '../secrets/forms';
import { leastLength, Scanner } from '../secrets/scanner';
import { secretsOf, type State } from '../secrets/state';
import { platformContainer } from './engine';
import { prefix } from './isolate';
import {
  exportState,
  scanBuilds,
  scanFiles,
  scanImages,
  scanInspect,
  scanLedger,
  scanLogs,
  type Sighting,
} from './secret-places';
import { statusOf } from './shop';
import { theWorld, type World } from './world';
import { storeFolder } from './ledgers';

/** Stands in each place for the time of this theme: a place in which it is not seen was not searched. */
const planted: Secret = { name: 'planted', value: `planted-${randomBytes(16).toString('hex')}` };

/** What the step `test` writes, which stands for what can't be planted. */
const inEveryBuild: Secret = {
  name: 'in every build',
  value: 'what did not change since the last build is not run again',
};

/** What people's logins hold, by the names that `status --json --show-secrets` has for them. */
function loginsIn(value: unknown, at: string): Secret[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, each]) =>
    ['password', 'token'].includes(key) && typeof each === 'string'
      ? [{ name: `${at} ${key}`, value: each }]
      : loginsIn(each, key),
  );
}

describe('the secrets of a run', function () {
  this.timeout(15 * 60_000);
  let world: World;
  let home: string;
  let secrets: Secret[];
  let scanner: Scanner;
  let image: string | undefined;
  const files: string[] = [];

  before(async () => {
    world = await theWorld();
    home = world.env['SLUICE_HOME'] ?? '';
    const states = await Promise.all(
      ['platform', 'staging', 'production'].map(async (stack) => JSON.parse(await exportState(world, stack)) as State),
    );
    const all = [
      ...states.flatMap(secretsOf),
      ...loginsIn((await statusOf(world)).platform, 'platform'),
      { name: 'passphrase', value: fs.readFileSync(path.join(home, 'passphrase'), 'utf8').trim() },
    ].filter(({ value }) => value.length >= leastLength);
    // The first name of a value is that of what made it.
    secrets = [...new Map([...all].reverse().map((secret) => [secret.value, secret])).values()].reverse();
    scanner = new Scanner([...secrets, planted, inEveryBuild]);
    await plant();
  });

  /** A container that logs it, has it in its environment and its files, an image of that, and files. */
  async function plant(): Promise<void> {
    const { Image } = await platformContainer('drone-front');
    const name = `${prefix}-planted`;
    const script = 'echo "$PLANTED" | tee /planted; sleep 1';
    await docker([
      ...['run', '--name', name, '--label', `${labels.instance}=${prefix}`, '--label', `${labels.role}=planted`],
      ...['--user', '0', '--env', `PLANTED=${planted.value}`, '--network', 'none', '--entrypoint', 'sh'],
      ...[Image, '-c', script],
    ]);
    image = (await docker(['commit', name])).stdout.trim();
    for (const file of [path.join(home, 'planted'), path.join(world.folder, 'planted.log')]) {
      fs.writeFileSync(file, `Basic ${Buffer.from(`user:${planted.value}`).toString('base64')}`);
      files.push(file);
    }
    const evidence = path.join(storeFolder(world), 'evidence', 'planted');
    fs.copyFileSync(path.join(home, 'planted'), evidence);
    files.push(evidence);
  }

  after(async () => {
    await docker(['rm', '--force', '--volumes', `${prefix}-planted`], { allowFailure: true });
    if (image !== undefined) await docker(['image', 'rm', image], { allowFailure: true });
    for (const file of files) fs.rmSync(file, { force: true });
  });

  /** That a place was searched, and had nothing in it but what was planted. */
  function isClean(found: readonly Sighting[], stand: Secret = planted): void {
    const stands = [planted.name, inEveryBuild.name];
    assert.ok(
      found.some(({ secret }) => secret === stand.name),
      `${stand.name} was not seen`,
    );
    assert.deepEqual(
      found.filter(({ secret }) => !stands.includes(secret)),
      [],
    );
  }

  it('of this run are known: what the state holds, what people sign in with, the passphrase', () => {
    const names = secrets.map(({ name }) => name);
    for (const name of ['registry-push-password', 'git-admin-password', 'git-machine-password', 'connect-drone token'])
      assert.ok(names.includes(name), name);
    for (const name of ['drone-rpc-secret', 'drone-cookie-secret', 'drone-database-secret', 'pipelines-secret'])
      assert.ok(names.includes(name), name);
    assert.ok(names.includes('passphrase'));
  });

  it('are in no file of state, configuration or log as it lies on the disk, but for the passphrase’s own', async () => {
    isClean(await scanFiles(scanner, home, (file) => file === 'passphrase'));
  });

  it('are in nothing that a verb printed', async () => {
    isClean(await scanFiles(scanner, world.folder, (file) => !/^[^/]+\.log$/.test(file)));
  });

  it('are in no container’s log', async () => isClean(await scanLogs(scanner)));

  it('are in no log of a pipeline', async () => {
    const { builds, found } = await scanBuilds(scanner, world);
    assert.ok(builds > 0);
    isClean(found, inEveryBuild);
  });

  it('are in docker inspect of those containers alone that need them', async () => {
    const found = await scanInspect(scanner);
    const isAllowed = ({ role, secret }: { role: string; secret: string }): boolean =>
      allowed.some((each) => each.role === role && each.secret === secret);
    isClean(found.filter((each) => !isAllowed(each)));
    const existing = allowed.filter(({ secret }) => secrets.some(({ name }) => name === secret));
    assert.deepEqual(
      existing.filter((each) => !found.some(({ role, secret }) => role === each.role && secret === each.secret)),
      [],
      'allowed, but not there',
    );
  });

  it('are in no layer and no history of an image', async () => isClean(await scanImages(scanner)));

  it('are in no record and no evidence of the ledger', async () => isClean(await scanLedger(scanner, world)));

  it('were in no command line of any process, in containers and outside, from the first theme to here', async function () {
    if (!fs.existsSync(world.processes)) {
      this.test!.title += ' (not asked: this machine has no /proc)';
      return this.skip();
    }
    const found = await scanFiles(scanner, world.folder, (file) => file !== path.basename(world.processes));
    isClean(found);
  });
});
