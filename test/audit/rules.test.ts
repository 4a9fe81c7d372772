import assert from 'node:assert/strict';
import type { AuditedImage } from '../../audit/facts';
import { judge } from '../../audit/judge';
import { rules } from '../../audit/rules';
import { container, facts, image, type Over } from './fixtures';

/** `check: problem` of all that is found. */
function found(over: Parameters<typeof facts>[0]): string[] {
  return judge(facts(over), rules, []).findings.map(({ check, problem }) => `${check}: ${problem}`);
}

function ofContainer(over: Over): string[] {
  return found({ containers: [container(over)] });
}

const bind = (Source: string, RW = true) => ({ Type: 'bind', Source, Destination: '/x', RW, Propagation: 'rprivate' });

describe('the rules of the audit', () => {
  it('find nothing wrong with a container, an image and a build file as they should be', () => {
    assert.deepEqual(found({}), []);
  });

  const containers: [what: string, over: Over, expected: string[]][] = [
    ['root by default', { config: { User: '' } }, ['4.1: root runs it']],
    ['root by number, with a group', { config: { User: '0:1000' } }, ['4.1: root runs it']],
    [
      'capabilities that the engine gives nobody by itself',
      { host: { CapAdd: ['CAP_SYS_ADMIN', 'chown'], CapDrop: null } },
      ['5.4: does not drop all capabilities', '5.4: adds SYS_ADMIN'],
    ],
    ['privileges', { host: { Privileged: true } }, ['5.5: is privileged']],
    [
      'folders of the machine',
      { rest: { Mounts: [bind('/'), bind('/etc', false), bind('/home/ann')] } },
      ['5.6: mounts /', '5.6: mounts /etc to read'],
    ],
    ['an SSH server', { programs: ['tini', 'sshd'] }, ['5.7: runs sshd']],
    [
      'a privileged port, which the configuration does not name',
      { host: { PortBindings: { '80/tcp': [{ HostIp: '127.0.0.1', HostPort: '80' }] } } },
      ['5.8: publishes port 80', '5.9: publishes port 80'],
    ],
    [
      'a port of every interface',
      { host: { PortBindings: { '8080/tcp': [{ HostIp: '0.0.0.0', HostPort: '8080' }], '9/tcp': null } } },
      ['5.14: port 8080 is open on every interface'],
    ],
    [
      'whatever port is free, of every interface',
      { host: { PublishAllPorts: true, PortBindings: { '8080/tcp': [{ HostIp: '', HostPort: '' }] } } },
      [
        '5.9: publishes every port that its image exposes',
        '5.9: publishes any free port',
        '5.14: port 0 is open on every interface',
      ],
    ],
    ["the machine's network", { host: { NetworkMode: 'host' } }, ["5.10: shares the machine's network"]],
    ['no memory limit', { host: { Memory: 0 } }, ['5.11: has no memory limit']],
    ['no share of processors', { host: { CpuShares: 0 } }, ['5.12: has neither CPU shares nor a CPU limit']],
    ['a number of processors instead of a share', { host: { CpuShares: 0, NanoCpus: 5e8 } }, []],
    ['a writable root', { host: { ReadonlyRootfs: false } }, ['5.13: its root file system can be written to']],
    [
      'restarts without end',
      { host: { RestartPolicy: { Name: 'unless-stopped', MaximumRetryCount: 0 } } },
      ['5.15: its restart policy is unless-stopped'],
    ],
    [
      'too many restarts',
      { host: { RestartPolicy: { Name: 'on-failure', MaximumRetryCount: 6 } } },
      ['5.15: its restart policy is on-failure'],
    ],
    ['no restart at all', { host: { RestartPolicy: { Name: 'no', MaximumRetryCount: 0 } } }, []],
    [
      "the machine's namespaces",
      { host: { PidMode: 'host', IpcMode: 'host', UTSMode: 'host', UsernsMode: 'host' } },
      [
        "5.16: shares the machine's process namespace",
        "5.17: shares the machine's IPC namespace",
        "5.21: shares the machine's UTS namespace",
        "5.31: shares the machine's user namespace",
      ],
    ],
    ['a device', { host: { Devices: [{ PathOnHost: '/dev/kvm' }] } }, ['5.18: has /dev/kvm']],
    ['no ulimits', { host: { Ulimits: null } }, ['5.19: has no ulimits of its own']],
    [
      'a mount that is seen outside',
      { rest: { Mounts: [{ ...bind('/srv'), Propagation: 'rshared' }] } },
      ['5.20: /x is mounted rshared'],
    ],
    [
      'security options switched off',
      { host: { SecurityOpt: ['seccomp=unconfined'] } },
      ['5.22: seccomp is off', '5.26: no-new-privileges is not set'],
    ],
    ['a cgroup of its choice', { host: { CgroupParent: '/other' } }, ['5.25: is put into the cgroup /other']],
    ['no new privileges by the short word', { host: { SecurityOpt: ['no-new-privileges'] } }, []],
    [
      'no new privileges, denied',
      { host: { SecurityOpt: ['no-new-privileges:false'] } },
      ['5.26: no-new-privileges is not set'],
    ],
    ['a health check taken out', { config: { Healthcheck: { Test: ['NONE'] } } }, ['5.27: has no health check']],
    [
      'a moving tag',
      { config: { Image: 'haproxy:latest' } },
      ['5.28: runs haproxy:latest, whose tag names no version'],
    ],
    ['no tag', { config: { Image: 'localhost:5500/x' } }, ['5.28: runs localhost:5500/x, whose tag names no version']],
    ['a version', { config: { Image: 'registry:3.0.0' } }, []],
    ['any number of processes', { host: { PidsLimit: null } }, ['5.29: may start any number of processes']],
    [
      'the default bridge',
      { rest: { NetworkSettings: { Networks: { bridge: {} } } } },
      ['5.30: is on the default bridge'],
    ],
    [
      "the engine's socket",
      { rest: { Mounts: [bind('/run/user/1000/docker.sock')] } },
      ['5.32: mounts /run/user/1000/docker.sock'],
    ],
  ];
  for (const [what, over, expected] of containers) {
    it(`of a container: ${what}`, () => assert.deepEqual(ofContainer(over), expected));
  }

  it('ask for AppArmor and SELinux where the engine has them', () => {
    const surroundings = { securityOptions: ['name=apparmor', 'name=selinux'], ports: new Set<number>() };
    assert.deepEqual(found({ surroundings }), ['5.2: no AppArmor profile', '5.3: no SELinux label']);
    const confined = container({ rest: { AppArmorProfile: 'docker-default', ProcessLabel: 'system_u:r:container_t' } });
    assert.deepEqual(found({ surroundings, containers: [confined] }), []);
    assert.deepEqual(judge(facts(), rules, []).notApplicable, ['5.2', '5.3']);
  });

  const images: [what: string, over: Partial<AuditedImage>, expected: string[]][] = [
    [
      'an ADD',
      { history: ['/bin/sh -c #(nop) ADD file:1 in /srv ', 'ADD rootfs.tar / # buildkit'] },
      ['4.9: was built by an ADD'],
    ],
    ['an ADD of the base alone', { history: ['COPY a b # buildkit', 'ADD rootfs.tar / # buildkit'] }, []],
    [
      'a secret in its history',
      { history: ['|1 NPM_TOKEN=npm_abc /bin/sh -c npm ci', 'x'] },
      ['4.10: a value for NPM_TOKEN'],
    ],
    ['a secret in its environment', { env: ['DB_PASSWORD=hunter2hunter2'] }, ['4.10: a value for DB_PASSWORD']],
  ];
  for (const [what, over, expected] of images) {
    it(`of an image: ${what}`, () => assert.deepEqual(found({ images: [image(over)] }), expected));
  }

  it('take the health check of a container of ours for that of an image without one', () => {
    const images = [image({ healthcheck: false })];
    assert.deepEqual(found({ images }), []);
    assert.deepEqual(found({ images: [image({ id: 'sha256:bb', names: [], healthcheck: false })] }), []);
    const containers = [container(), container({ config: { Healthcheck: null } })];
    assert.deepEqual(found({ images, containers }), ['5.27: has no health check']);
    assert.deepEqual(found({ images, containers: containers.slice(1) }), [
      '4.6: neither it nor any container of it has a health check',
      '5.27: has no health check',
    ]);
  });

  const dockerfiles: [what: string, text: string, expected: string[]][] = [
    [
      'a base without version',
      'FROM node AS a\nFROM node:latest\nFROM a\n',
      ['4.2: stands on node, which names no version', '4.2: stands on node:latest, which names no version'],
    ],
    [
      'bases by argument',
      'ARG BASE\nARG OTHER=debian\nFROM ${BASE}\nFROM $OTHER AS x\nFROM --platform=linux/amd64 x\n',
      ['4.2: stands on debian, which names no version'],
    ],
    [
      'an update alone',
      'FROM scratch\n# a comment\nRUN apt-get \\\n  update\nRUN apt-get update && apt-get install -y x\nRUN apt-get update && apt-get download x\n',
      ['4.7: line 3: updates without installing'],
    ],
    ['an ADD', 'FROM scratch\nADD https://example.org/x /x\n', ['4.9: line 2: ADD']],
    [
      'secrets',
      [
        'FROM scratch',
        'ENV API_KEY=abc123 PASSWORD_FILE=/run/x',
        'RUN git clone https://ann:pa55word@example.org/x',
        'RUN curl -H "x: $TOKEN" && TOKEN=$OTHER true',
        '',
      ].join('\n'),
      ['4.10: line 2: a value for API_KEY', '4.10: line 3: an address with a password'],
    ],
  ];
  for (const [what, text, expected] of dockerfiles) {
    it(`of a build file: ${what}`, () =>
      assert.deepEqual(found({ dockerfiles: [{ path: 'Dockerfile', text }] }), expected));
  }

  it('never print what they take for a secret', () => {
    const all = JSON.stringify(judge(facts({ images: [image({ env: ['DB_PASSWORD=hunter2hunter2'] })] }), rules, []));
    assert.ok(!all.includes('hunter2'));
  });

  it('come in the order of the benchmark, each with a title', () => {
    const numbers = rules.map(({ id }) => Number(id.split('.')[1]) + 100 * Number(id.split('.')[0]));
    assert.deepEqual(
      numbers,
      [...numbers].sort((a, b) => a - b),
    );
    assert.ok(rules.every(({ title }) => title.length > 10));
  });
});
