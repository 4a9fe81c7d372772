import assert from 'node:assert/strict';
import { parseConfig, parseOpenConfig, type EnvironmentConfig } from '../../config';
import type { SituationName } from '../errors/table';
import { tells } from '../errors/told';

const hostKey = `ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI${'A'.repeat(43)}`;
const target = { kind: 'compose-ssh', host: 'pilot.example.com', user: 'deploy', hostKey };

function read(values: Record<string, unknown> = {}, variables: Record<string, string> = {}): EnvironmentConfig {
  const given = { ...base, sshPassword: 'x', target, ...values };
  const config = parseConfig('pilot', texts(given), variables);
  assert.ok(config.role === 'environment');
  return config;
}
const base = {
  role: 'environment',
  platform: 'platform',
  bind: '',
  promotesFrom: '',
  channel: '',
  services: { api: { repository: 'api' } },
  gate: [],
};
const texts = (values: Record<string, unknown>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(values).map(([key, value]) => [key, typeof value === 'string' ? value : JSON.stringify(value)]),
  );
const refuses = (values: Record<string, unknown>, says: RegExp): void => {
  assert.throws(() => read(values), { name: 'UserError', message: says });
};
const told = (name: SituationName, values: Record<string, unknown>): void => {
  assert.throws(() => read(values), tells(name));
};

describe('config: a target that is a compose project on another machine', () => {
  it('needs little of a service', () => {
    const { target: own, services } = read();
    assert.deepEqual(own, { ...target, port: 22 });
    const { repository, containerPort, healthySeconds, port } = services['api'] ?? {};
    assert.deepEqual([repository, containerPort, healthySeconds, port], ['api', 8080, 60, undefined]);
  });

  it('is read from variables, nested ones too', () => {
    const { target: own, sshPassword } = read(
      {
        target: { ...target, host: '$PILOT_HOST', user: '$SSH_USER', port: '$SSH_PORT', hostKey: '$HOST_KEY' },
        sshPassword: '$SSH_PASSWORD',
      },
      { PILOT_HOST: 'p.example.com', SSH_USER: 'ann', SSH_PORT: '2222', HOST_KEY: hostKey, SSH_PASSWORD: 'secret' },
    );
    assert.deepEqual(own, { ...target, host: 'p.example.com', user: 'ann', port: 2222 });
    assert.equal(sshPassword, 'secret');
  });

  it('lets verbs look that need no value of a variable', () => {
    const values = {
      ...base,
      target: { ...target, host: '$A', user: '$B', port: '$C', hostKey: '$D', folder: '$E' },
      sshPassword: '$F',
    };
    const { unset } = parseOpenConfig('pilot', texts(values), {});
    assert.deepEqual(unset.map(({ name }) => name).sort(), ['A', 'B', 'C', 'D', 'E', 'F']);
  });

  it('is this engine when nothing is said', () => {
    assert.deepEqual(read({ target: {}, sshPassword: '', services: { api: { repository: 'api', port: 1 } } }).target, {
      kind: 'engine',
    });
  });

  it('refuses what is wrong, by key', () => {
    refuses(
      { target: { ...target, kind: 'compose-shh' } },
      /sluice:target\.kind must be one of engine, ssh-docker, compose-ssh, but is "compose-shh"; did you mean "compose-ssh"\?/,
    );
    refuses(
      { target: { ...target, hostkey: hostKey } },
      /sluice:target has an unknown key "hostkey"; did you mean "hostKey"\?/,
    );
    refuses({ target: { ...target, hostKey: undefined } }, /sluice:target\.hostKey is missing/);
    refuses(
      { target: { ...target, hostKey: 'ssh-rsa AAAA' } },
      /sluice:target\.hostKey must be the machine's public key/,
    );
    refuses({ target: { ...target, host: 'a b' } }, /sluice:target\.host must be a host name/);
    refuses({ target: { ...target, folder: 'shop' } }, /sluice:target\.folder must be a folder from the root on/);
    refuses({ target: { ...target, folder: '/usr/../etc' } }, /sluice:target\.folder must be/);
    refuses(
      { services: { api: { repository: 'api', env: {} } } },
      /sluice:services\.api has an unknown key "env"; it may have repository, port/,
    );
    refuses({ services: { api: { containerPort: 1 } } }, /sluice:services names no service with a repository/);
    for (const key of ['kind', 'host', 'user']) {
      refuses({ target: { ...target, [key]: undefined } }, new RegExp(`sluice:target\\.${key} `));
    }
    for (const port of [0, 65536, 1.5, '22']) refuses({ target: { ...target, port } }, /sluice:target\.port /);
    for (const user of ['', 'a b', '-o', 'root;']) {
      refuses({ target: { ...target, user } }, /sluice:target\.user must be the name of an account/);
    }
    for (const host of ['', '-oProxyCommand', 'a/b', 'user@host']) {
      refuses({ target: { ...target, host } }, /sluice:target\.host must be a host name/);
    }
    for (const folder of ['/', '/a/', '/a/./b', '/a b', '/a;b', '~/a']) {
      refuses({ target: { ...target, folder } }, /sluice:target\.folder must be a folder from the root on/);
    }
    refuses(
      { compose: 'docs/examples/compose/docker-compose.yml' },
      /sluice:compose belongs to an environment that Sluice declares/,
    );
  });

  it('refuses what does not go together, and says what to write', () => {
    told('noHostKey', { target: { ...target, hostKey: 'ssh-rsa AAAA' } });
    told('nothingToDeploy', { services: { api: { containerPort: 1 } } });
    told('targetWithoutLogin', { sshPassword: '' });
    told('notOnThisTarget', { watch: { seconds: 5 } });
    const here = { target: {}, services: { api: { repository: 'api', port: 1 } } };
    told('loginWithoutTarget', here);
    told('loginWithoutTarget', { ...here, sshPassword: '', sshPrivateKey: 'x' });
    // It names the kinds that the login is for, and no other.
    assert.throws(() => read(here), {
      next: /^write sluice:target with "kind: compose-ssh", or remove sluice:sshPassword/,
    });
    assert.throws(() => read({ ...here, sshPassword: '', sshPrivateKey: 'x' }), {
      next: /^write sluice:target with "kind: ssh-docker" or "kind: compose-ssh", or remove sluice:sshPrivateKey/,
    });
  });
});

describe("config: a target that is another machine's engine", () => {
  const there = { target: { ...target, kind: 'ssh-docker' }, services: { api: { repository: 'api', port: 1 } } };

  it('has services as this engine has them, and a watch', () => {
    const {
      target: own,
      services,
      watch,
    } = read({
      ...there,
      sshPassword: '',
      sshPrivateKey: 'x',
      watch: { seconds: 5 },
    });
    assert.deepEqual(own, { ...target, kind: 'ssh-docker', port: 22 });
    assert.equal(services['api']?.memory, 256);
    assert.equal(watch.seconds, 5);
  });

  it('wants a key, and takes no password', () => {
    told('passwordForDocker', there);
    assert.throws(() => read({ ...there, sshPassword: '' }), /is reached by SSH and needs sluice:sshPrivateKey/);
    refuses(
      { ...there, target: { ...there.target, folder: '/usr/local/shop' } },
      /sluice:target has an unknown key "folder"/,
    );
  });
});
