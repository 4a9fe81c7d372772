import { labels } from '../clients/docker/labels';
import type { AuditedContainer } from './facts';
import { unless, type Rule } from './rule';

/** The capabilities that an engine gives by itself (docker-bench-security, tests/5_container_runtime.sh, 5.4). */
const usualCapabilities = new Set([
  ...['AUDIT_WRITE', 'CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'FSETID', 'KILL', 'MKNOD', 'NET_BIND_SERVICE', 'NET_RAW'],
  ...['SETFCAP', 'SETGID', 'SETPCAP', 'SETUID', 'SYS_CHROOT'],
]);

/** Folders of the machine that no container has any business in (docker-bench-security, 5.6). */
const sensitive = ['/', '/boot', '/dev', '/etc', '/lib', '/proc', '/sys', '/usr'];

/** Where an engine's socket lies; also what it is called elsewhere (rootless, podman, containerd). */
const socket = /(docker|podman|containerd)\.sock$/;

/** Finds a container that shares a namespace with the machine instead of having its own. */
function shares(mode: 'PidMode' | 'IpcMode' | 'UTSMode' | 'UsernsMode', what: string) {
  return ({ inspect }: AuditedContainer) =>
    unless(inspect.HostConfig[mode] !== 'host', `shares the machine's ${what} namespace`);
}

function securityOptions({ inspect }: AuditedContainer): string[] {
  return inspect.HostConfig.SecurityOpt ?? [];
}

/** A container's role, by its label; empty when it has none. */
export function roleOf({ inspect }: AuditedContainer): string {
  return inspect.Config.Labels?.[labels.role] ?? '';
}

/** CIS Docker Benchmark v1.6.0, section 5: what keeps a container apart from the machine and from other containers. */
export const isolation: readonly Rule[] = [
  {
    id: '5.2',
    title: 'AppArmor confines the container, where the machine has AppArmor',
    kind: 'container',
    applies: ({ securityOptions: engine }) => engine.some((each) => each.includes('apparmor')),
    // A container that was never started has no profile yet.
    test: ({ inspect }) =>
      unless(
        inspect.State.Status === 'created' || !['', 'unconfined'].includes(inspect.AppArmorProfile),
        'no AppArmor profile',
      ),
  },
  {
    id: '5.3',
    title: 'SELinux confines the container, where the engine uses SELinux',
    kind: 'container',
    applies: ({ securityOptions: engine }) => engine.some((each) => each.includes('selinux')),
    test: (container) =>
      unless(
        container.inspect.ProcessLabel !== '' && !securityOptions(container).some((each) => /label.disable/.test(each)),
        'no SELinux label',
      ),
  },
  {
    id: '5.4',
    title: 'capabilities are dropped, and none is added beyond the usual ones',
    kind: 'container',
    test: ({ inspect: { HostConfig: host } }) => [
      ...unless(
        (host.CapDrop ?? []).some((each) => each.toUpperCase() === 'ALL'),
        'does not drop all capabilities',
      ),
      ...(host.CapAdd ?? [])
        .map((each) => each.toUpperCase().replace(/^CAP_/, ''))
        .filter((each) => !usualCapabilities.has(each))
        .map((each) => `adds ${each}`),
    ],
  },
  {
    id: '5.5',
    title: 'the container is not privileged',
    kind: 'container',
    test: ({ inspect }) => unless(!inspect.HostConfig.Privileged, 'is privileged'),
  },
  {
    id: '5.6',
    title: 'no sensitive folder of the machine is mounted',
    kind: 'container',
    test: ({ inspect }) =>
      inspect.Mounts.filter(({ Type, Source }) => Type === 'bind' && sensitive.includes(Source)).map(
        ({ Source, RW }) => `mounts ${Source}${RW ? '' : ' to read'}`,
      ),
  },
  {
    id: '5.10',
    title: "the container has a network of its own, not the machine's",
    kind: 'container',
    test: ({ inspect }) => unless(inspect.HostConfig.NetworkMode !== 'host', "shares the machine's network"),
  },
  {
    id: '5.16',
    title: "the container has processes of its own, not the machine's",
    kind: 'container',
    test: shares('PidMode', 'process'),
  },
  {
    id: '5.17',
    title: "the container has shared memory of its own, not the machine's",
    kind: 'container',
    test: shares('IpcMode', 'IPC'),
  },
  {
    id: '5.18',
    title: 'no device of the machine is handed in',
    kind: 'container',
    test: ({ inspect }) => (inspect.HostConfig.Devices ?? []).map(({ PathOnHost }) => `has ${PathOnHost}`),
  },
  {
    id: '5.20',
    title: 'mounts made inside are not seen outside',
    kind: 'container',
    test: ({ inspect }) =>
      inspect.Mounts.filter(({ Propagation }) => Propagation.includes('shared')).map(
        ({ Destination, Propagation }) => `${Destination} is mounted ${Propagation}`,
      ),
  },
  {
    id: '5.21',
    title: "the container has a host name of its own, not the machine's",
    kind: 'container',
    test: shares('UTSMode', 'UTS'),
  },
  {
    id: '5.22',
    title: "the engine's list of forbidden system calls (seccomp) is in force",
    kind: 'container',
    test: (container) =>
      unless(!securityOptions(container).some((each) => /^seccomp[:=]unconfined$/.test(each)), 'seccomp is off'),
  },
  {
    id: '5.25',
    title: 'the container is in the cgroup that the engine gives it',
    kind: 'container',
    test: ({ inspect: { HostConfig: host } }) =>
      unless(host.CgroupParent === '', `is put into the cgroup ${host.CgroupParent}`),
  },
  {
    id: '5.26',
    title: 'no program inside can acquire further privileges',
    kind: 'container',
    test: (container) =>
      unless(
        securityOptions(container).some((each) => /^no-new-privileges([:=]true)?$/.test(each)),
        'no-new-privileges is not set',
      ),
  },
  {
    id: '5.31',
    title: "the machine's user namespace is not asked for",
    kind: 'container',
    test: shares('UsernsMode', 'user'),
  },
  {
    id: '5.32',
    title: "the engine's socket is not mounted",
    kind: 'container',
    test: ({ inspect }) =>
      inspect.Mounts.filter(({ Source, Destination }) => socket.test(Source) || socket.test(Destination)).map(
        ({ Source }) => `mounts ${Source}`,
      ),
  },
];
