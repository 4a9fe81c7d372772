import assert from 'node:assert/strict';
import * as pulumi from '@pulumi/pulumi';
import { gitHosts, type GitHostArgs, type GitHostKind } from '../../components/git-hosts';
import { healthCheck } from '../../components/health';
import { gogsConfig } from '../../clients/git-host/gogs';
import { command, container, randomPassword, record, valueOf, volume } from './mocks';
import { gitHostArgs, held, isSecret, plain, platformLabels, printed, stdinOf } from './platform-args';

async function declare(kind: GitHostKind, over: Partial<GitHostArgs> = {}) {
  const recorder = await record({ stack: 'platform', stdout: printed });
  const git = new gitHosts[kind]('git', { ...gitHostArgs, ...over });
  await valueOf(git.droneEnvironment);
  await valueOf(git.accounts);
  return { recorder, git };
}

const accounts = [
  { username: 'maintainer', password: 'value of git-admin-password', admin: true },
  { username: 'sluice-bot', password: 'value of git-machine-password', admin: false },
];

for (const kind of ['gitea', 'gogs'] as const) {
  describe(`git host ${kind}`, () => {
    it('tells where it is for people and containers', async () => {
      const { git } = await declare(kind);
      assert.equal(git.kind, kind);
      assert.equal(git.containerName, 'sluice-git');
      assert.equal(git.url, 'http://localhost:3000');
      assert.equal(git.internalUrl, 'http://sluice-git:3000');
      assert.deepEqual(git.address, { kind, container: 'sluice-git', url: 'http://localhost:3000' });
      assert.equal((await declare(kind, { host: 'build-1', port: 13000 })).git.url, 'http://build-1:13000');
    });

    it('makes both accounts with generated passwords once the container is healthy, and tells no secret', async () => {
      const { recorder, git } = await declare(kind);
      assert.deepEqual(recorder.inputs(randomPassword, 'git-admin-password'), { length: 24, special: false });
      assert.deepEqual(recorder.inputs(randomPassword, 'git-machine-password'), { length: 24, special: false });
      const install = recorder.inputs(command, 'install-git-host');
      assert.equal(install['create'], 'node actions/run.cjs install-git-host');
      assert.equal(isSecret(install['stdin']), true);
      assert.deepEqual(stdinOf(install), { git: git.address, accounts });
      assert.deepEqual(install['triggers'], ['git-id', git.address, 'maintainer', 'sluice-bot']);
    });

    it('hands out the logins as secrets and the database as none', async () => {
      const { git } = await declare(kind);
      assert.deepEqual(await valueOf(git.login), { username: 'maintainer', password: 'value of git-admin-password' });
      assert.deepEqual(await valueOf(git.machine), {
        username: 'sluice-bot',
        password: 'value of git-machine-password',
      });
      assert.deepEqual(await valueOf(git.accounts), accounts);
      const hidden: pulumi.Output<unknown>[] = [git.login, git.machine, git.accounts, git.droneEnvironment];
      for (const output of hidden) {
        assert.equal(await pulumi.isSecret(output), true);
      }
      assert.equal(await valueOf(git.database), '2026-01-01T00:00:00Z');
      assert.equal(await pulumi.isSecret(git.database), false);
    });

    it('names the accounts as it is told', async () => {
      const { recorder } = await declare(kind, { adminName: 'alice', machineName: 'robot' });
      const { accounts: asked } = stdinOf(recorder.inputs(command, 'install-git-host')) as {
        accounts: typeof accounts;
      };
      assert.deepEqual(
        asked.map(({ username, admin }) => ({ username, admin })),
        [
          { username: 'alice', admin: true },
          { username: 'robot', admin: false },
        ],
      );
    });

    it('keeps everything in a volume of its own and publishes HTTP only, on the address it is told', async () => {
      const { recorder } = await declare(kind, { bind: '0.0.0.0', port: 13000, memory: 1024 });
      assert.deepEqual(recorder.inputs(volume, 'git'), { name: 'sluice-git', labels: platformLabels('git') });
      const inputs = recorder.inputs(container, 'git');
      assert.deepEqual(inputs['ports'], [{ internal: 3000, external: 13000, ip: '0.0.0.0' }]);
      assert.equal(inputs['memory'], 1024);
    });
  });
}

describe('Gitea', () => {
  it('runs the rootless image with every setting and secret given', async () => {
    const { recorder } = await declare('gitea');
    assert.deepEqual(plain(recorder.inputs(container, 'git')), {
      name: 'sluice-git',
      image: 'git-host:1',
      labels: platformLabels('git'),
      networksAdvanced: [{ name: 'sluice-platform' }],
      ports: [{ internal: 3000, external: 3000, ip: '127.0.0.1' }],
      ...held(512),
      waitTimeout: 120,
      destroyGraceSeconds: 20,
      envs: [
        'GITEA__security__INSTALL_LOCK=true',
        'GITEA__server__ROOT_URL=http://localhost:3000/',
        'GITEA__server__DOMAIN=localhost',
        'GITEA__server__HTTP_PORT=3000',
        'GITEA__server__PUBLIC_URL_DETECTION=never',
        'GITEA__server__DISABLE_SSH=true',
        'GITEA__server__START_SSH_SERVER=false',
        'GITEA__server__OFFLINE_MODE=true',
        'GITEA__database__DB_TYPE=sqlite3',
        'GITEA__database__PATH=/var/lib/gitea/data/gitea.db',
        'GITEA__database__SQLITE_JOURNAL_MODE=WAL',
        'GITEA__session__PROVIDER=db',
        'GITEA__service__DISABLE_REGISTRATION=true',
        'GITEA__service__SHOW_REGISTRATION_BUTTON=false',
        'GITEA__service__DEFAULT_USER_VISIBILITY=limited',
        'GITEA__webhook__ALLOWED_HOST_LIST=sluice-drone-front',
        'GITEA__repository__DEFAULT_BRANCH=main',
        'GITEA__repository__DEFAULT_PRIVATE=private',
        'GITEA__repository__SCRIPT_TYPE=sh',
        'GITEA__oauth2__REFRESH_TOKEN_EXPIRATION_TIME=87600',
        'GITEA__picture__DISABLE_GRAVATAR=true',
        'GITEA__indexer__ISSUE_INDEXER_TYPE=db',
        'GITEA__actions__ENABLED=false',
        'GITEA__packages__ENABLED=false',
        'GITEA__cron_0X2E_update_checker__ENABLED=false',
        'GITEA__log__LEVEL=Warn',
        'GITEA__security__SECRET_KEY__FILE=/etc/sluice/secret-key',
        'GITEA__security__INTERNAL_TOKEN__FILE=/etc/sluice/internal-token',
        'GITEA__oauth2__JWT_SECRET__FILE=/etc/sluice/jwt-secret',
      ],
      uploads: [
        { file: '/etc/sluice/secret-key', content: 'value of git-secret-key' },
        { file: '/etc/sluice/internal-token', content: 'value of git-internal-token' },
        { file: '/etc/sluice/jwt-secret', content: 'value of git-jwt-secret' },
      ],
      volumes: [{ containerPath: '/var/lib/gitea', volumeName: 'sluice-git' }],
      tmpfs: { '/etc/gitea': 'rw,noexec,nosuid,size=1m,uid=1000,gid=1000,mode=0700' },
      healthcheck: healthCheck('curl -fsS -m 4 -o /dev/null http://127.0.0.1:3000/api/healthz', {
        startPeriod: '2m0s',
      }),
    });
    // 43 characters of base64 are the 32 bytes that Gitea wants.
    assert.deepEqual(recorder.inputs(randomPassword, 'git-jwt-secret'), { length: 43, special: false });
  });

  it('registers Drone as an application of the machine account and tells Drone its secret', async () => {
    const { recorder, git } = await declare('gitea');
    const register = recorder.inputs(command, 'drone-application');
    assert.equal(register['create'], 'node actions/run.cjs register-application');
    assert.equal(isSecret(register['stdin']), true);
    assert.deepEqual(stdinOf(register), {
      git: git.address,
      login: { username: 'sluice-bot', password: 'value of git-machine-password' },
      name: 'Drone',
      redirectUris: ['http://localhost:3080/login'],
    });
    assert.deepEqual(register['triggers'], ['2026-01-01T00:00:00Z', ['http://localhost:3080/login']]);
    assert.deepEqual(await valueOf(git.droneEnvironment), {
      DRONE_GITEA_SERVER: 'http://sluice-git:3000',
      DRONE_GITEA_CLIENT_ID: 'id-1',
      DRONE_GITEA_CLIENT_SECRET: 'secret-1',
    });
    assert.equal(git.reusesTokenNames, false);
  });
});

describe('Gogs', () => {
  it('runs the program itself, not as root, on a volume that belongs to its user', async () => {
    const { recorder } = await declare('gogs');
    const owner = recorder.inputs(command, 'git-volume-owner');
    assert.deepEqual(stdinOf(owner), {
      instance: 'sluice',
      volume: 'sluice-git',
      user: '1000:1000',
      image: 'git-host:1',
    });
    assert.deepEqual(owner['triggers'], ['sluice-git', '1000:1000']);
    assert.deepEqual(plain(recorder.inputs(container, 'git')), {
      name: 'sluice-git',
      image: 'git-host:1',
      user: '1000:1000',
      entrypoints: ['/bin/sh', '-c'],
      command: ['mkdir -p /data/gogs/data /data/git && exec /app/gogs/gogs web --config /etc/gogs/app.ini'],
      envs: ['USER=git', 'HOME=/data/git', 'GOGS_CUSTOM=/data/gogs'],
      uploads: [
        {
          file: '/etc/gogs/app.ini',
          content: gogsConfig({
            url: 'http://localhost:3000',
            secretKey: 'value of git-secret-key',
            hookHost: 'sluice-drone-front',
          }),
        },
      ],
      labels: platformLabels('git'),
      networksAdvanced: [{ name: 'sluice-platform' }],
      ports: [{ internal: 3000, external: 3000, ip: '127.0.0.1' }],
      volumes: [{ containerPath: '/data', volumeName: 'sluice-git' }],
      ...held(512),
      waitTimeout: 120,
      destroyGraceSeconds: 20,
      healthcheck: healthCheck('curl -fsS -m 4 -o /dev/null http://127.0.0.1:3000/healthcheck', {
        startPeriod: '2m0s',
      }),
    });
  });

  it("sends Drone's calls through Drone's front", async () => {
    const { git } = await declare('gogs');
    assert.deepEqual(await valueOf(git.droneEnvironment), { DRONE_GOGS_SERVER: 'http://sluice-drone-front:3000' });
    assert.equal(git.reusesTokenNames, true);
  });
});
