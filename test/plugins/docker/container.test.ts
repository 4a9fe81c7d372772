import * as assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { containerBody, endpointBody, updateBody } from '../../../toolchain/plugins/docker/container/body';
import { container } from '../../../toolchain/plugins/docker/container/container';
import { formatDuration, parseDuration } from '../../../toolchain/plugins/docker/container/duration';
import { demultiplex } from '../../../toolchain/plugins/docker/container/logs';
import type { ContainerState } from '../../../toolchain/plugins/docker/container/state';
import { archive } from '../../../toolchain/plugins/docker/container/uploads';
import { verdict } from '../../../toolchain/plugins/docker/container/wait';
import { UNKNOWN, type PlainProperties } from '../../../toolchain/plugins/serving/values';

const host = (inputs: PlainProperties): Record<string, unknown> =>
  containerBody(inputs)['HostConfig'] as Record<string, unknown>;
const check = (inputs: PlainProperties, olds: PlainProperties = {}): ReturnType<typeof container.check> =>
  container.check(olds, inputs, { name: 'it', seed: new Uint8Array([1]) });

describe('plugins: the body of a container', () => {
  const cases: [string, PlainProperties, string, unknown][] = [
    [
      'ports',
      { ports: [{ internal: 80, external: 8080, ip: '127.0.0.1' }] },
      'PortBindings',
      { '80/tcp': [{ HostIp: '127.0.0.1', HostPort: '8080' }] },
    ],
    [
      'a port that the engine chooses',
      { ports: [{ internal: 53, protocol: 'udp' }] },
      'PortBindings',
      { '53/udp': [{ HostIp: '0.0.0.0', HostPort: '0' }] },
    ],
    ['a volume', { volumes: [{ volumeName: 'v', containerPath: '/v', readOnly: true }] }, 'Binds', ['v:/v:ro']],
    ['a folder', { volumes: [{ hostPath: '/h', containerPath: '/v', selinuxRelabel: 'z' }] }, 'Binds', ['/h:/v:rw,z']],
    ['volumes of another', { volumes: [{ fromContainer: 'other' }] }, 'VolumesFrom', ['other']],
    ['memory in bytes', { memory: 2 }, 'Memory', 2097152],
    ['swap without limit', { memorySwap: -1 }, 'MemorySwap', -1],
    ['processors', { cpus: '1.5' }, 'NanoCpus', 1_500_000_000],
    [
      'restart',
      { restart: 'on-failure', maxRetryCount: 2 },
      'RestartPolicy',
      { Name: 'on-failure', MaximumRetryCount: 2 },
    ],
    ['no init by default', {}, 'Init', false],
    ['hosts', { hosts: [{ host: 'h', ip: '1.2.3.4' }] }, 'ExtraHosts', ['h:1.2.3.4']],
    [
      'a tmpfs mount',
      { mounts: [{ type: 'tmpfs', target: '/t', tmpfsOptions: { sizeBytes: 9 } }] },
      'Mounts',
      [{ Type: 'tmpfs', Target: '/t', TmpfsOptions: { SizeBytes: 9 } }],
    ],
    [
      'a bind mount',
      { mounts: [{ type: 'bind', source: '/s', target: '/t', readOnly: true, bindOptions: { propagation: 'slave' } }] },
      'Mounts',
      [{ Type: 'bind', Target: '/t', Source: '/s', ReadOnly: true, BindOptions: { Propagation: 'slave' } }],
    ],
    ['unmasked paths', { securityOpts: ['systempaths=unconfined', 'x=y'] }, 'MaskedPaths', []],
    ['ulimits', { ulimits: [{ name: 'nofile', soft: 1, hard: 2 }] }, 'Ulimits', [{ Name: 'nofile', Soft: 1, Hard: 2 }]],
    [
      'a device',
      { devices: [{ hostPath: '/dev/a' }] },
      'Devices',
      [{ PathOnHost: '/dev/a', PathInContainer: '/dev/a', CgroupPermissions: 'rwm' }],
    ],
  ];
  for (const [title, inputs, field, expected] of cases) {
    it(title, () => assert.deepEqual(host(inputs)[field], expected));
  }

  it('a health check in nanoseconds', () => {
    const healthcheck = { tests: ['CMD', 'x'], interval: '1m30s', timeout: '500ms', retries: 3 };
    assert.deepEqual(containerBody({ healthcheck })['Healthcheck'], {
      Test: ['CMD', 'x'],
      Interval: 90e9,
      Timeout: 5e8,
      StartPeriod: 0,
      Retries: 3,
    });
  });

  it('exposes published ports and makes mount points', () => {
    const body = containerBody({ ports: [{ internal: 80 }], volumes: [{ containerPath: '/anonymous' }] });
    assert.deepEqual([body['ExposedPorts'], body['Volumes']], [{ '80/tcp': {} }, { '/anonymous': {} }]);
  });

  it('a place in a network', () => {
    assert.deepEqual(endpointBody({ name: 'n', aliases: ['a'], ipv4Address: '10.0.0.2', driverOpts: ['k=v=w'] }), {
      Aliases: ['a'],
      IPAMConfig: { IPv4Address: '10.0.0.2' },
      DriverOpts: { k: 'v=w' },
    });
  });

  it('an update lifts limits that are no longer asked for', () => {
    assert.deepEqual(updateBody({ restart: 'always', memory: 1 }), {
      CpuShares: 0,
      Memory: 1048576,
      MemoryReservation: 0,
      CpusetCpus: '',
      RestartPolicy: { Name: 'always', MaximumRetryCount: 0 },
    });
  });
});

describe('plugins: checking a container', () => {
  it('puts the official defaults in', () => {
    const { inputs, failures } = check({
      name: 'n',
      image: 'i',
      ports: [{ internal: 1 }],
      healthcheck: { tests: ['x'] },
    });
    assert.deepEqual(failures, []);
    assert.deepEqual(
      ['mustRun', 'restart', 'networkMode', 'start', 'wait', 'waitTimeout', 'removeVolumes', 'rm'].map(
        (name) => inputs[name],
      ),
      [true, 'no', 'bridge', true, false, 60, true, false],
    );
    assert.deepEqual(inputs['ports'], [{ internal: 1, ip: '0.0.0.0', protocol: 'tcp' }]);
    assert.equal((inputs['healthcheck'] as PlainProperties)['interval'], '0s');
  });

  it('gives a name and keeps it', () => {
    const first = check({ image: 'i' }).inputs;
    assert.match(first['name'] as string, /^it-[0-9a-f]{7}$/);
    assert.equal(check({ image: 'i' }, first).inputs['name'], first['name']);
    assert.equal(check({ image: 'i', name: 'mine' }, first).inputs['name'], 'mine');
  });

  for (const [title, inputs, property] of [
    ['no image', {}, 'image'],
    ['a property that is not served', { gpus: 'all' }, 'gpus'],
    ['a property that is misspelt', { environment: ['A=1'] }, 'environment'],
    ['a restart policy that does not exist', { restart: 'sometimes' }, 'restart'],
    ['a duration that is none', { healthcheck: { interval: '5 seconds' } }, 'healthcheck.interval'],
    ['a number of processors that is none', { cpus: 'two' }, 'cpus'],
    ['a folder that is no path', { volumes: [{ hostPath: 'here', containerPath: '/v' }] }, 'volumes[0].hostPath'],
    ['a volume to nowhere', { volumes: [{ volumeName: 'v' }] }, 'volumes[0]'],
    ['a file without content', { uploads: [{ file: '/a' }] }, 'uploads[0]'],
    ['a file with two contents', { uploads: [{ file: '/a', content: 'a', contentBase64: 'YQ==' }] }, 'uploads[0]'],
    [
      'permissions that are none',
      { uploads: [{ file: '/a', content: 'a', permissions: '644' }] },
      'uploads[0].permissions',
    ],
    ['an empty word of a command', { command: ['a', ''] }, 'command'],
    ['negative memory', { memory: -1 }, 'memory'],
  ] as [string, PlainProperties, string][]) {
    it(`refuses ${title}`, () => {
      const image: PlainProperties = property === 'image' ? {} : { image: 'i' };
      assert.deepEqual(
        check({ name: 'n', ...image, ...inputs }).failures.map((failure) => failure.property),
        [property],
      );
    });
  }

  it('takes what a preview does not know yet', () => {
    const inputs: PlainProperties = {
      name: UNKNOWN,
      image: UNKNOWN,
      uploads: [{ file: '/a', content: UNKNOWN }],
      ports: [{ internal: UNKNOWN }],
    };
    assert.deepEqual(check(inputs).failures, []);
  });
});

describe('plugins: previews of a container', () => {
  it('a new one: what is asked for is known, what the engine chooses is not', () => {
    const preview = container.previewCreate(check({ name: 'n', image: UNKNOWN, command: ['x'] }).inputs);
    assert.deepEqual([preview['name'], preview['image'], preview['command']], ['n', UNKNOWN, ['x']]);
    assert.deepEqual([preview['hostname'], preview['networkDatas'], preview['exitCode']], [UNKNOWN, UNKNOWN, UNKNOWN]);
    assert.equal('__defaults' in preview, false);
  });

  it('an update: outputs stay as they are', () => {
    const inputs = check({ name: 'n', image: 'i', memory: 9 }).inputs;
    const preview = container.previewUpdate({ state: { memory: 8, hostname: 'h', bridge: '' }, oldInputs: {}, inputs });
    assert.deepEqual([preview['memory'], preview['hostname'], preview['bridge']], [9, 'h', '']);
  });
});

describe('plugins: waiting for a container', () => {
  const info = (state: Partial<ContainerState['State']>): ContainerState =>
    ({
      Name: '/it',
      State: { Running: true, Restarting: false, Status: 'running', ExitCode: 0, Error: '', ...state },
    }) as ContainerState;

  it('is over when it is healthy, and not before', () => {
    assert.equal(verdict(info({ Health: { Status: 'healthy' } })), 'healthy');
    assert.equal(verdict(info({ Health: { Status: 'starting' } })), undefined);
    assert.equal(verdict(info({ Health: { Status: 'unhealthy' } })), undefined);
  });

  it('is over when it has ended for good', () => {
    const Health = { Status: 'unhealthy', Log: [{ ExitCode: 1, Output: 'refused\n' }] };
    const ended = verdict(info({ Running: false, Status: 'exited', ExitCode: 3, Health }));
    assert.equal(
      ended,
      'container failed to be in healthy state: it ended with exit code 3; its last check ended with 1: refused; see `docker logs it`',
    );
    assert.equal(verdict(info({ Running: false, Restarting: true, Status: 'restarting', Health })), undefined);
    assert.match(verdict(undefined) ?? '', /it was removed/);
  });

  it('is refused without a health check', () => {
    assert.match(verdict(info({})) ?? '', /does not have a healthcheck defined/);
  });
});

describe('plugins: small things of a container', () => {
  it('durations as the engine writes them', () => {
    for (const [text, nanoseconds] of [
      ['0s', 0],
      ['30s', 30e9],
      ['1m30s', 90e9],
      ['2h0m0s', 7200e9],
      ['1.5s', 1.5e9],
      ['250ms', 250e6],
      ['10µs', 10e3],
    ] as const) {
      assert.equal(parseDuration(text), nanoseconds);
      assert.equal(formatDuration(nanoseconds), text);
    }
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e6 }), (s) =>
        assert.equal(parseDuration(formatDuration(s * 1e9)), s * 1e9),
      ),
    );
  });

  it('the text of a log stream', () => {
    const frame = (stream: number, text: string): Buffer => {
      const header = Buffer.alloc(8);
      header.writeUInt8(stream, 0);
      header.writeUInt32BE(Buffer.byteLength(text), 4);
      return Buffer.concat([header, Buffer.from(text)]);
    };
    assert.equal(demultiplex(Buffer.concat([frame(1, 'out\n'), frame(2, 'é\n')])), 'out\né\n');
    assert.equal(demultiplex(Buffer.alloc(0)), '');
  });

  it('an archive with one file', async () => {
    const tar = await archive({ file: '/etc/x', content: 'hello', executable: true, owner: '7' });
    assert.equal(tar.subarray(0, 5).toString(), 'etc/x');
    assert.equal(tar.subarray(100, 107).toString(), '000744 ');
    assert.equal(parseInt(tar.subarray(108, 115).toString(), 8), 7);
    assert.equal(tar.subarray(512, 517).toString(), 'hello');
  });
});
