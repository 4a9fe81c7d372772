import assert from 'node:assert/strict';
import { parsePublished, type PublishedPort } from '../../../clients/docker/published';
import { noEngine, refuseTaken } from '../../../operations/preflight/ports';
import { DockerError } from '../../../clients/docker/docker';
import { UserError } from '../../../base/errors';
import { listeningSockets, parseLsof } from '../../../operations/preflight/listener';
import { collide, portsOf } from '../../../config/rules/ports';
import { parseProject, sample } from '../../errors/project';
import { tells } from '../../errors/told';

const stacks = parseProject(sample());
const published: PublishedPort = { bind: '127.0.0.1', port: 8181, container: 'c', image: 'i', instance: '', stack: '' };
const nobody = () => Promise.resolve(undefined);

describe('ports that are taken', () => {
  it('are none when nothing runs, and none when they are our own', async () => {
    await refuseTaken(stacks, stacks, [], nobody);
    await refuseTaken(stacks, stacks, [{ ...published, instance: 'sluice', stack: 'staging' }], nobody);
  });

  it('are named with the container that publishes them', async () => {
    await assert.rejects(refuseTaken(stacks, stacks, [published], nobody), {
      message: 'port 8181 (sluice:services.discounts.port) is taken by container c (image i)',
    });
  });

  it('are sought where the platform’s are, unless an environment names an address', () => {
    const binds = (platform: object, staging: object): string[] => {
      const { platform: own, staging: environment, ...others } = sample();
      const all = parseProject({
        ...others,
        platform: { ...own, ...platform },
        staging: { ...environment, ...staging },
      });
      const file = all.find(({ name }) => name === 'staging') ?? assert.fail();
      return [...new Set(portsOf(file, all).map(({ bind }) => bind))];
    };
    assert.deepEqual(binds({}, {}), ['127.0.0.1']);
    const away = { bind: '192.0.2.7', cleartext: 'accepted' };
    assert.deepEqual(binds(away, {}), ['192.0.2.7']);
    assert.deepEqual(binds(away, { bind: '127.0.0.1' }), ['127.0.0.1']);
  });

  it('of another Sluice are not ours', async () => {
    const other = { ...published, instance: 'other', stack: 'staging' };
    await assert.rejects(refuseTaken(stacks, stacks, [other], nobody), tells('portOfContainer'));
  });

  it('of another machine are those that its engine publishes, or can’t publish', async () => {
    const there = (machine: string) =>
      parseProject({
        platform: { ...sample().platform, registry: 'external', registryHost: 'r.example.com' },
        staging: {
          ...sample().staging,
          target: { kind: 'ssh-docker', host: machine, user: 'ann', hostKey: `ssh-ed25519 ${'A'.repeat(68)}` },
          sshPrivateKey: '$KEY',
        },
      });
    const far = there('far').filter(({ name }) => name === 'staging');
    const here = (_address: string, _port: number, machine?: string) =>
      Promise.resolve(machine === undefined ? {} : undefined);
    await refuseTaken(there('far'), far, [published, { ...published, machine: 'near:22' }], here);
    const elsewhere = (_address: string, port: number, machine?: string) =>
      Promise.resolve(machine === 'far:22' && port === 8181 ? {} : undefined);
    await assert.rejects(refuseTaken(there('far'), far, [], elsewhere), tells('portOfAnother'));
    const taken = refuseTaken(there('far'), far, [{ ...published, bind: '0.0.0.0', machine: 'far:22' }], here);
    await assert.rejects(taken, /port 8181 \(sluice:services\.discounts\.port\) is taken by container c/);
  });

  it('can be asked of no engine that the account may not use', () => {
    const host = { host: 'far', port: 22, user: 'ann', hostKey: '' };
    const refused = new DockerError(['ps'], { stdout: '', stderr: 'x\npermission denied\n', code: 1 });
    assert.throws(() => noEngine({ host })(refused), tells('farEngine'));
    // What ssh says of the machine is told as it is.
    assert.throws(() => noEngine({ host })(new UserError('away', 'try ssh')), /away/);
  });

  it('are named with the program that listens; with "another program" where the system does not tell', async () => {
    const on = (port: number, listener: object) => (_address: string, asked: number) =>
      Promise.resolve(asked === port ? listener : undefined);
    await assert.rejects(refuseTaken(stacks, stacks, [], on(3000, { process: 'nginx', pid: 7 })), {
      message: 'port 3000 (sluice:gitHostPort) is taken by process nginx (pid 7)',
      next: 'set sluice:gitHostPort in Pulumi.platform.yaml to a free port, or stop that program',
    });
    await assert.rejects(refuseTaken(stacks, stacks, [], on(3000, {})), tells('portOfAnother'));
  });

  it('are all told at once', async () => {
    const all = () => Promise.resolve({});
    await assert.rejects(refuseTaken(stacks, stacks, [published], all), (error: Error) => {
      assert.equal(error.message.split('\n').length, 7);
      return true;
    });
  });

  it('of stacks that are not about to be updated do not matter', async () => {
    await refuseTaken(
      stacks,
      stacks.filter(({ name }) => name === 'production'),
      [published],
      nobody,
    );
  });

  it('move from an environment to a later one in one go, and to an earlier one after the later has given them up', async () => {
    const edge = (stack: string, port: number) => ({ ...published, instance: 'sluice', stack, port });
    await refuseTaken(stacks, stacks, [edge('staging', 8081)], nobody);
    await assert.rejects(refuseTaken(stacks, stacks, [edge('production', 8181)], nobody), (error: Error) => {
      tells('portOfOwn')(error);
      return true;
    });
  });
});

describe('what the system says of ports', () => {
  it('docker ps: names, ranges, both families; not UDP, not what is not published', () => {
    const line =
      'edge\tcaddy:2\tshop\tstaging\t127.0.0.1:8180-8181->8180-8181/tcp, :::53->53/udp, 80/tcp, :::443->443/tcp, [::1]:9->9/tcp';
    const ports = parsePublished(`${line}\n`).map(({ bind, port }) => `${bind} ${port}`);
    assert.deepEqual(ports, ['127.0.0.1 8180', '127.0.0.1 8181', ':: 443', '::1 9']);
    assert.deepEqual(parsePublished(line)[0], {
      bind: '127.0.0.1',
      port: 8180,
      container: 'edge',
      image: 'caddy:2',
      instance: 'shop',
      stack: 'staging',
    });
    assert.deepEqual(parsePublished('idle\ti\t\t\t\n'), []);
  });

  it('/proc/net/tcp: sockets that listen, not those that talk', () => {
    const head = '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode';
    const row = (state: string, inode: number) =>
      `   0: 0100007F:0BB8 00000000:0000 ${state} 00000000:00000000 00:00000000 00000000     0        0 ${inode} 1 0000 100 0 0 10 0`;
    assert.deepEqual(listeningSockets([head, row('0A', 41), row('01', 42)].join('\n'), 3000), ['41']);
    assert.deepEqual(listeningSockets([head, row('0A', 41)].join('\n'), 3001), []);
  });

  it('lsof', () => {
    assert.deepEqual(parseLsof('p512\ncControlCenter\n'), { process: 'ControlCenter', pid: 512 });
    assert.equal(parseLsof(''), undefined);
  });
});

describe('two ports collide', () => {
  const at = (bind: string, port = 80) => ({ bind, port });
  it('on one address however it is written, and on any where one of them is every address of its family', () => {
    assert.ok(collide(at('127.0.0.1'), at('127.0.0.1')));
    assert.ok(collide(at('::1'), at('0:0:0:0:0:0:0:1')));
    assert.ok(collide(at('0.0.0.0'), at('127.0.0.1')));
    assert.ok(collide(at('::1'), at('::')));
    assert.ok(!collide(at('127.0.0.1'), at('127.0.0.2')));
    assert.ok(!collide(at('0.0.0.0'), at('::')));
    assert.ok(!collide(at('127.0.0.1', 1), at('127.0.0.1', 2)));
  });
});
