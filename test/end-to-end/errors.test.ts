import * as assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { hashSync } from 'bcryptjs';
import { docker, dockerExec } from '../../clients/docker/docker';
import { assertEnded } from '../errors/told';
import { releasesOf, theRelease } from './engine';
import { ports, prefix, setIn } from './isolate';
import { platformOf } from './shop';
import { theWorld, type World } from './world';

const accounts = '/etc/sluice/htpasswd';

/** What needs a whole platform of the table in docs/errors.md; each test leaves everything as it found it. */
describe('8: when something is away or refuses', function () {
  this.timeout(12 * 60_000);
  let world: World;
  let running: string[];
  before(async () => {
    world = await theWorld();
    running = await releases();
  });
  afterEach(async () => assert.deepEqual(await releases(), running));

  async function releases(): Promise<string[]> {
    return Promise.all(
      ['staging', 'production'].map(async (environment) => (await theRelease(environment, 'discounts')).same),
    );
  }

  /** Only what a verb says after the last line of progress is the error. */
  function ended({ code, stderr }: { code: number; stderr: string }): { code: number; stderr: string } {
    return {
      code,
      stderr: stderr
        .slice(stderr.search(/^(error: |.* did not succeed$|what people may miss)/m))
        .replace(/\n {2}everything that[^]*$/, ''),
    };
  }

  it('a registry that is away ends a deployment before anything is made', async () => {
    await docker(['stop', '--time', '5', `${prefix}-registry`]);
    try {
      assertEnded('registryAway', ended(await world.run('up', 'staging')));
    } finally {
      await docker(['start', `${prefix}-registry`]);
      await answering();
    }
    assert.deepEqual(world.pending('staging'), []);
  });

  it('a registry that refuses the login ends a deployment before anything is made', async () => {
    const container = `${prefix}-registry-store`;
    const { stdout: before } = await dockerExec(container, ['cat', accounts]);
    await giveAccounts(container, before.replace(/:.*/, `:${hashSync('another', 4)}`));
    try {
      assertEnded('wrongPassword', ended(await world.run('up', 'staging')));
    } finally {
      await giveAccounts(container, before);
    }
    assert.deepEqual(world.pending('staging'), []);
  });

  it('a git host that is away keeps destroy from taking anything away', async () => {
    await docker(['stop', '--time', '5', `${prefix}-git`]);
    try {
      assertEnded('gitHostAway', ended(await world.run('destroy', '--yes')));
    } finally {
      await docker(['start', `${prefix}-git`]);
    }
    assert.equal((await releasesOf('staging', 'frontend')).length, 1);
    // Half a backup would be taken for a whole one.
    const backups = path.join(world.folder, 'data', 'sluice', 'backups');
    assert.deepEqual(fs.existsSync(backups) ? fs.readdirSync(backups) : [], []);
  });

  it('plain pulumi tells of wrong config as the verbs do, once and without a stack trace', async () => {
    const file = path.join(world.clone, 'Pulumi.staging.yaml');
    const before = fs.readFileSync(file, 'utf8');
    setIn(world.clone, 'staging', ['sluice:services', 'discounts', 'prot'], ports.staging.discounts);
    try {
      const { code, all } = await world.pulumi('staging', 'up');
      assert.equal(code, 1, all);
      const error =
        'error: Pulumi.staging.yaml: sluice:services.discounts has an unknown key "prot"; did you mean "port"?';
      assert.ok(all.includes(`${error}\n      next: correct it in Pulumi.staging.yaml`), all);
      assert.doesNotMatch(all, /^\s+at .*:\d+:\d+/m);
    } finally {
      fs.writeFileSync(file, before);
    }
  });

  /** Puts another list of accounts into the registry, which reads it once, when it starts. */
  async function giveAccounts(container: string, text: string): Promise<void> {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'sluice-accounts-'));
    try {
      const file = path.join(folder, 'htpasswd');
      fs.writeFileSync(file, text, { mode: 0o644 });
      await docker(['cp', file, `${container}:${accounts}`]);
    } finally {
      fs.rmSync(folder, { recursive: true });
    }
    await docker(['restart', '--time', '5', container]);
    await answering();
  }

  async function answering(): Promise<void> {
    const { url } = (await platformOf(world)).registry;
    // Who has not said who he is is refused; 503 is the front's answer while there is no registry behind it.
    const refused = () => fetch(`${url}/v2/`).then(({ status }) => status === 401);
    while (!(await refused().catch(() => false))) await new Promise((resolve) => setTimeout(resolve, 100));
  }
});
