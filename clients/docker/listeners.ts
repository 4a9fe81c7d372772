import { randomBytes } from 'node:crypto';
import { docker, located, type ContainerAt, type ContainerInfo } from './docker';
import { labels, type Labelled } from './labels';

/** A port on which programs of a container listen. */
export interface Listener {
  port: number;
  /** Only on addresses that nobody outside the container reaches. */
  loopback: boolean;
}

/** The state of a socket that listens (include/net/tcp_states.h of Linux, TCP_LISTEN). */
const listening = '0A';
/** Where the engine itself listens in every container of a network of ours: its name server. */
const nameServer = '0B00007F';

/**
 * The ports of all sockets that listen, by what Linux tells in /proc/net/tcp and /proc/net/tcp6 (proc_pid_net(5)): addresses as
 * hexadecimal words in the byte order of the machine, which is little-endian on all that images are made for.
 */
export function listenersIn(tables: string): Listener[] {
  const found = new Map<number, boolean>();
  for (const line of tables.split('\n')) {
    const [, local = '', , state] = line.trim().split(/\s+/);
    const [address = '', port = ''] = local.split(':');
    if (state !== listening || address === nameServer) continue;
    const number = parseInt(port, 16);
    found.set(number, (found.get(number) ?? true) && isLoopback(address));
  }
  return [...found].map(([port, loopback]) => ({ port, loopback })).sort((a, b) => a.port - b.port);
}

/** 127.0.0.0/8, ::1, and 127.0.0.0/8 as IPv6 has it (RFC 4291, 2.5.5.2). */
function isLoopback(address: string): boolean {
  return /^(0000000000000000FFFF0000)?[0-9A-F]{6}7F$/.test(address) || address === '00000000000000000000000001000000';
}

/**
 * The ports on which programs of a running container listen, seen from a second container in its network: so its image needs no
 * shell, and the engine may be anywhere.
 * @param image an image of the container's engine that has `cat`
 * @throws DockerError when the container does not run
 */
export async function listenersOf(
  container: ContainerAt,
  image: string,
  of: Pick<Labelled, 'instance' | 'stack'>,
): Promise<Listener[]> {
  const { name, on } = located(container);
  const label = { [labels.instance]: of.instance, [labels.stack]: of.stack, [labels.role]: 'listeners' };
  const { stdout } = await docker(
    [
      ...['run', '--rm', '--name', `${of.instance}-listeners-${randomBytes(6).toString('hex')}`],
      ...Object.entries(label).flatMap((pair) => ['--label', pair.join('=')]),
      ...['--network', `container:${name}`],
      ...['--user', '65534:65534', '--cap-drop', 'ALL', '--security-opt', 'no-new-privileges', '--read-only'],
      ...['--memory', '64m', '--memory-swap', '64m', '--pids-limit', '32', '--cpu-shares', '1024'],
      ...['--ulimit', 'core=0', '--ulimit', 'nofile=1024', '--restart', 'no'],
      // An engine without IPv6 has no second table.
      ...['--entrypoint', 'sh', image, '-c', 'cat /proc/net/tcp; cat /proc/net/tcp6 2> /dev/null; true'],
    ],
    { ...on, timeoutSeconds: 60 },
  );
  return listenersIn(stdout);
}

/** The TCP ports that a container's image says its program listens on (EXPOSE), in order. */
export async function exposedPorts(container: ContainerAt, { Image }: Pick<ContainerInfo, 'Image'>): Promise<number[]> {
  const format = '{{range $port, $_ := .Config.ExposedPorts}}{{$port}} {{end}}';
  const { on } = located(container);
  const { code, stdout } = await docker(['image', 'inspect', '--format', format, Image], {
    ...on,
    allowFailure: true,
  });
  if (code !== 0) return [];
  return [...stdout.matchAll(/(\d+)\/tcp/g)].map(([, port]) => Number(port)).sort((a, b) => a - b);
}
