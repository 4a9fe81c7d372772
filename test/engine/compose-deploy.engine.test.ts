import assert from 'node:assert/strict';
import { nextAfter } from '../../cli/failures';
import { deployScript, type ComposeDeployed } from '../../engine/compose-deploy';
import { docker } from '../../engine/docker';
import { ssh, type SshResult } from '../../engine/ssh';
import { imageLines } from '../../releases/compose-image';
import type { SituationName } from '../errors/table';
import { assertTold } from '../errors/told';
import { startSshHost, type SshHost } from '../ssh-host';
import { startLoginRegistry, type LoginRegistry } from '../ssh-host/registry';

const folder = '/usr/local/shop-dev';
const project = `sluicetest${process.pid}`;
const path = `${folder}/docker-compose.yml`;

/** As somebody has written it by hand. */
const written = (image: string): string => `# our shop
version: "2.4"

services:
  web:            # not ours
    image: "web:1"
  api:
    restart: "no"
    image: ${image}   # Sluice puts it here
    environment: {A: '1'}
    stop_grace_period: 0s
`;

describe('a deployment into a compose project over SSH', function () {
  this.timeout(120_000);
  let host: SshHost;
  let registry: LoginRegistry;
  const digests: Record<string, string> = {};

  before(async () => {
    [host, registry] = await Promise.all([
      startSshHost({ name: 'compose', projects: [project] }),
      startLoginRegistry('compose'),
    ]);
    for (const is of ['healthy', 'ill', 'plain', 'exits'] as const)
      digests[is] = await registry.push('sluice-test/api', is, { version: is, is });
    digests['newer'] = await registry.push('sluice-test/api', 'newer', { version: 'newer', is: 'healthy' });
    await host.write(`${folder}/.env`, `COMPOSE_PROJECT_NAME=${project}\n`);
  });
  after(async () => {
    await host.stop();
    await registry.stop();
  });

  const image = (tag: string, of = tag): string => `${registry.address}/sluice-test/api:${tag}@${digests[of] ?? ''}`;

  /** Deploys, with the script as it is or as a test wants it. */
  async function deploy(
    wanted: string,
    o: { change?: (script: string) => string; password?: string; seconds?: number } = {},
  ): Promise<SshResult> {
    const text = await host.read(path);
    const script = deployScript({
      folder,
      text,
      file: imageLines(text, ['api'], 'docker-compose.yml'),
      images: { api: { image: wanted, digest: wanted.split('@')[1] ?? '', healthySeconds: o.seconds ?? 20 } },
      registry: { host: registry.address, username: registry.username, password: o.password ?? registry.password },
      record: { kind: 'unhealthy', environment: 'dev' },
      lockSeconds: 1,
    });
    return ssh({ ...host.place, password: host.password }, 'sh -s', { input: (o.change ?? ((s) => s))(script) });
  }
  /** Puts the machine into a state: this image in the file, and its container up, whatever was there. */
  async function given(wanted: string): Promise<void> {
    await host.run(`rm -rf ${folder}/.sluice`);
    await host.write(path, written(wanted), '640');
    const result = await deploy(wanted);
    assert.equal(result.code, 0, result.stderr);
  }
  const container = async (): Promise<string> =>
    (
      await docker([
        ...['ps', '--all', '--no-trunc', '--filter', `label=com.docker.compose.project=${project}`],
        ...['--format', '{{.ID}} {{.Image}} {{.State}}'],
      ])
    ).stdout.trim();
  /** Holds what a failed deployment says, and what a verb tells to type then, to the table of errors. */
  const told = (name: SituationName, { code, stdout, stderr }: SshResult): void => {
    assert.deepEqual([code, stdout], [1, '']);
    assertTold(name, { message: stderr, next: nextAfter([stderr]) });
  };
  const stat = async (): Promise<string> => (await host.run(`stat -c '%U:%G %a %i %Y' ${path}`)).stdout.trim();
  const left = async (): Promise<string[]> =>
    (await host.run(`ls -A ${folder} ${folder}/.sluice /dev/shm /tmp`)).stdout.trim().split('\n');

  it('puts the image into a file that somebody has written, and starts it', async () => {
    await host.write(path, written('sluice-test/api:latest'), '640');
    const { code, stdout, stderr } = await deploy(image('healthy'));
    assert.equal(code, 0, stderr);
    const { services } = JSON.parse(stdout) as ComposeDeployed;
    assert.deepEqual(services, {
      api: { digest: digests['healthy'], image: image('healthy'), container: services['api']?.container },
    });
    assert.equal(await host.read(path), written(image('healthy')));
    assert.match(await stat(), /^deploy:deploy 640 /);
    assert.match(await container(), / running$/);
  });

  it('changes nothing for the same digest, even under another tag', async () => {
    await given(image('healthy'));
    const before = [await container(), await stat()];
    const { code, stdout, stderr } = await deploy(image('other', 'healthy'));
    assert.equal(code, 0, stderr);
    assert.equal((JSON.parse(stdout) as ComposeDeployed).services['api']?.image, image('healthy'));
    assert.deepEqual([await container(), await stat()], before);
  });

  it('replaces a release by the next', async () => {
    await given(image('healthy'));
    const before = await container();
    assert.equal((await deploy(image('newer'))).code, 0);
    assert.equal(await host.read(path), written(image('newer')));
    const after = await container();
    assert.notEqual(after, before);
    assert.equal(after.split('\n').length, 1);
  });

  it('starts what was removed by hand, and writes nothing', async () => {
    await given(image('healthy'));
    const before = await stat();
    await docker(['rm', '--force', (await container()).split(' ')[0] ?? '']);
    assert.equal((await deploy(image('healthy'))).code, 0);
    assert.match(await container(), / running$/);
    assert.equal(await stat(), before);
  });

  it('takes a service without a health check that keeps running', async () => {
    await given(image('healthy'));
    assert.equal((await deploy(image('plain'))).code, 0);
  });

  for (const [is, says] of [
    ['exits', /no database: giving up[^]*api is exited \(code 3\)/],
    ['ill', /a lost lock[^]*api is unhealthy/],
  ] as const) {
    it(`goes back from a release that ${is}, and tells its last words`, async () => {
      await given(image('healthy'));
      const result = await deploy(image(is));
      const { stderr } = result;
      told('composeUnhealthy', result);
      assert.match(stderr, says);
      assert.match(stderr, /docker-compose.yml and what runs are as before\n$/);
      assert.equal(await host.read(path), written(image('healthy')));
      assert.match(await container(), / running$/);
      assert.match(await stat(), /^deploy:deploy 640 /);
      const ledger = await host.read(`${folder}/.sluice/ledger.jsonl`);
      const record = JSON.parse(ledger.trim().split('\n').at(-1) ?? '') as Record<string, string>;
      assert.equal(record['kind'], 'unhealthy');
      assert.match(record['summary'] ?? '', /^api is /);
      assert.match(record['by'] ?? '', /^deploy from \d/);
      // Asked for what runs, nothing is to be done.
      const before = await container();
      assert.equal((await deploy(image('healthy'))).code, 0);
      assert.equal(await container(), before);
    });
  }

  it('goes back to the image that ran under a tag, not to what the tag stands for by now', async () => {
    await given(image('healthy'));
    const tagged = `${registry.address}/sluice-test/api:latest`;
    const byDigest = (of: string): string => `${registry.address}/sluice-test/api@${digests[of] ?? ''}`;
    await docker(['tag', byDigest('healthy'), tagged]);
    await host.write(path, written(tagged), '640');
    await host.run(`cd ${folder} && docker-compose up -d --no-deps api`, { user: 'deploy' });
    await docker(['tag', byDigest('newer'), tagged]);
    try {
      assert.equal((await deploy(image('exits'))).code, 1);
      assert.equal(await host.read(path), written(tagged));
      const [id = ''] = (await container()).split(' ');
      const [runs, meant] = await Promise.all([
        docker(['inspect', '--format', '{{.Image}}', id]),
        docker(['image', 'inspect', '--format', '{{.Id}}', byDigest('healthy')]),
      ]);
      assert.equal(runs.stdout, meant.stdout);
    } finally {
      await docker(['rmi', tagged], { allowFailure: true });
    }
  });

  it('leaves everything as it is when the registry refuses the login or has no such image', async () => {
    await given(image('healthy'));
    const before = [await container(), await stat()];
    const refused = await deploy(image('newer'), { password: 'wrong' });
    told('composeLogin', refused);
    assert.match(refused.stderr, new RegExp(`${registry.address} does not let robot\\$pull in: .*(unauthorized|401)`));
    const missing = await deploy(`${registry.address}/sluice-test/api:x@sha256:${'0'.repeat(64)}`);
    assert.match(missing.stderr, /can't be pulled: .*manifest unknown/);
    assert.deepEqual([await container(), await stat()], before);
  });

  it('refuses a file that was changed since it was looked at', async () => {
    await given(image('healthy'));
    const change = (script: string): string => script.replace(/^frame=.*$/m, `frame=${'0'.repeat(64)}`);
    told('composeChanged', await deploy(image('newer'), { change }));
    assert.equal(await host.read(path), written(image('healthy')));
  });

  it('refuses a file that compose there can’t read, before it stops anything', async () => {
    await given(image('healthy'));
    const before = await container();
    // Compose 1.29 knows no name in a file.
    const named = written(image('healthy')).replace('version: "2.4"', 'name: shop');
    await host.write(path, named);
    told('composeUnreadable', await deploy(image('newer')));
    assert.deepEqual([await host.read(path), await container()], [named, before]);
  });

  it('says what the account may not do there', async () => {
    await given(image('healthy'));
    const before = [await container(), await stat()];
    const away = (script: string): string => `DOCKER_HOST=unix:///none\nexport DOCKER_HOST\n${script}`;
    told('composeEngine', await deploy(image('newer'), { change: away }));
    await host.run(`rm -rf ${folder}/.sluice && chown root:root ${folder}`);
    try {
      told('composeFolder', await deploy(image('newer')));
    } finally {
      await host.run(`chown deploy: ${folder}`);
    }
    assert.deepEqual([await container(), await stat()], before);
  });

  it('waits for another one who is at work, and names him; a dead one holds nothing', async () => {
    await given(image('healthy'));
    const holder = await ssh(
      { ...host.place, password: host.password },
      `cd ${folder} && printf 'ann since noon\\n' > .sluice/lock && (exec 9>>.sluice/lock; flock 9; exec sleep 30 > /dev/null 2>&1) & echo $!`,
    );
    const result = await deploy(image('newer'));
    told('composeBusy', result);
    assert.match(
      result.stderr,
      /^waiting for ann since noon, at work in .*\n.*is being worked in by ann since noon: run again/,
    );
    await host.run(`kill -9 ${holder.stdout.trim()}`);
    assert.equal((await deploy(image('newer'))).code, 0);
  });

  it('refuses a file whose owner it can’t keep', async () => {
    await given(image('healthy'));
    await host.run(`chown root:root ${path} && chmod 644 ${path}`);
    const result = await deploy(image('newer'));
    told('composeOwner', result);
    assert.match(result.stderr, /docker-compose.yml belongs to root:root, which deploy can't give a file to/);
    assert.equal(await host.read(path), written(image('healthy')));
    assert.match(await container(), / running$/);
  });

  describe('killed at', () => {
    const steps = [
      'locked',
      'logged-in',
      'pulled',
      'noted',
      'drafted',
      'written',
      'removed',
      'started',
      'healthy',
      'done',
    ];
    for (const step of steps) {
      it(`${step}: the file is old or new, no password stays, and the next run ends it`, async () => {
        await given(image('healthy'));
        const { code } = await deploy(image('newer'), { change: killedAt(step) });
        assert.notEqual(code, 0);
        assert.ok([written(image('healthy')), written(image('newer'))].includes(await host.read(path)));
        const next = await deploy(image('newer'));
        assert.equal(next.code, 0, next.stderr);
        assert.equal(await host.read(path), written(image('newer')));
        assert.match(await container(), /^\S+ \S+ running$/);
        await nothingIsLeft();
      });
    }

    for (const step of ['started', 'cleared']) {
      it(`${step}, with a broken release: the next run goes back to what ran before`, async () => {
        await given(image('healthy'));
        await deploy(image('exits'), { change: killedAt(step) });
        const next = await deploy(image('exits'));
        assert.equal(next.code, 1);
        assert.match(next.stderr, /docker-compose.yml and what runs are as before\n$/);
        assert.equal(await host.read(path), written(image('healthy')));
        assert.match(await container(), /^\S+ \S+ running$/);
        await nothingIsLeft();
      });
    }
  });

  /** No draft, no journal, no login; and the password in no file of the machine that it could be in. */
  async function nothingIsLeft(): Promise<void> {
    const names = await left();
    assert.deepEqual(
      names.filter((name) => /journal|said|problem|login|\.docker-compose/.test(name)),
      [],
    );
    const secrets = [registry.password, Buffer.from(`${registry.username}:${registry.password}`).toString('base64')];
    for (const secret of secrets) {
      const found = await host.run(`grep -rlF ${secret} /home /root /tmp /var/tmp /dev/shm /run ${folder}`, {
        allowFailure: true,
      });
      assert.equal(found.stdout, '');
    }
  }
});

const killedAt =
  (step: string) =>
  (script: string): string =>
    script.replace('step() { :; }', () => `step() { [ "$1" != ${step} ] || kill -9 $$; }`);
