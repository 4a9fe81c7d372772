import type { ContainerFacts } from './facts';
import { unless, type Rule } from './rule';

/** Addresses that mean every interface of the machine. */
const everywhere = new Set(['', '0.0.0.0', '::']);

function published({ HostConfig: host }: ContainerFacts): { ip: string; port: number }[] {
  return Object.values(host.PortBindings ?? {}).flatMap((bindings) =>
    (bindings ?? []).map(({ HostIp, HostPort }) => ({ ip: HostIp, port: Number(HostPort) })),
  );
}

/** CIS Docker Benchmark v1.6.0, section 5: what a container may use, publish and do over its life. */
export const operation: readonly Rule[] = [
  {
    id: '5.7',
    title: 'no SSH server runs inside',
    kind: 'container',
    test: ({ programs }) => unless(!programs.some((each) => /^sshd\b/.test(each)), 'runs sshd'),
  },
  {
    id: '5.8',
    title: 'no privileged port of the machine is published',
    kind: 'container',
    test: ({ inspect }) =>
      published(inspect)
        .filter(({ port }) => port > 0 && port < 1024)
        .map(({ port }) => `publishes port ${port}`),
  },
  {
    id: '5.9',
    title: 'only ports that the configuration names are published',
    kind: 'container',
    test: ({ inspect }, { ports }) => [
      ...unless(!inspect.HostConfig.PublishAllPorts, 'publishes every port that its image exposes'),
      ...published(inspect)
        .filter(({ port }) => !ports.has(port))
        .map(({ port }) => (port === 0 ? 'publishes any free port' : `publishes port ${port}`)),
    ],
  },
  {
    id: '5.11',
    title: 'memory is limited',
    kind: 'container',
    test: ({ inspect }) => unless(inspect.HostConfig.Memory > 0, 'has no memory limit'),
  },
  {
    id: '5.12',
    title: 'a share or a number of processors is set',
    kind: 'container',
    test: ({ inspect: { HostConfig: host } }) =>
      unless(host.CpuShares > 0 || host.NanoCpus > 0, 'has neither CPU shares nor a CPU limit'),
  },
  {
    id: '5.13',
    title: 'the root file system is read-only',
    kind: 'container',
    test: ({ inspect }) => unless(inspect.HostConfig.ReadonlyRootfs, 'its root file system can be written to'),
  },
  {
    id: '5.14',
    title: 'published ports are bound to one interface',
    kind: 'container',
    test: ({ inspect }) =>
      published(inspect)
        .filter(({ ip }) => everywhere.has(ip))
        .map(({ port }) => `port ${port} is open on every interface`),
  },
  {
    id: '5.15',
    title: 'after a failure the container is started again at most five times',
    kind: 'container',
    test: ({ inspect }) => {
      const { Name, MaximumRetryCount } = inspect.HostConfig.RestartPolicy;
      const bounded = Name === 'on-failure' && MaximumRetryCount >= 1 && MaximumRetryCount <= 5;
      return unless(['', 'no'].includes(Name) || bounded, `its restart policy is ${Name}`);
    },
  },
  {
    id: '5.19',
    title: 'limits of processes are set, not left to the engine',
    kind: 'container',
    test: ({ inspect }) => unless((inspect.HostConfig.Ulimits ?? []).length > 0, 'has no ulimits of its own'),
  },
  {
    id: '5.27',
    title: 'its health is checked while it runs',
    kind: 'container',
    test: ({ inspect }) => {
      const test = inspect.Config.Healthcheck?.Test ?? [];
      return unless(test.length > 0 && test[0] !== 'NONE', 'has no health check');
    },
  },
  {
    id: '5.28',
    title: 'the image is named by digest or version, never by a moving tag',
    kind: 'container',
    test: ({ inspect }) => {
      const name = inspect.Config.Image;
      if (/@sha256:[0-9a-f]{64}$|^sha256:[0-9a-f]{64}$/.test(name)) return [];
      const tag = /:([^/:]+)$/.exec(name)?.[1];
      return unless(tag !== undefined && /\d/.test(tag), `runs ${name}, whose tag names no version`);
    },
  },
  {
    id: '5.29',
    title: 'the number of processes is limited',
    kind: 'container',
    test: ({ inspect }) => unless((inspect.HostConfig.PidsLimit ?? 0) > 0, 'may start any number of processes'),
  },
  {
    id: '5.30',
    title: "the engine's default bridge is not used",
    kind: 'container',
    // The docker provider makes a container on the bridge and takes it off before the start.
    test: ({ inspect }) => unless(!('bridge' in (inspect.NetworkSettings.Networks ?? {})), 'is on the default bridge'),
  },
];
