import { setTimeout as sleep } from 'node:timers/promises';
import { docker, dockerExec, type ContainerAt, type OnEngine } from '../docker/docker';
import { labels, type Labelled } from '../docker/labels';
import { runtime } from './edge';
import { configFile, edgeFolder, routesFile, routesText, versionIn, type Route } from './haproxy';

/** What an edge's container runs: it waits until it has been told what to serve, and how. */
export const edgeCommand = [
  'sh',
  '-c',
  `until [ -s ${routesFile} ] && [ -s ${configFile} ]; do sleep 0.2; done; exec haproxy -W -db -f ${routesFile} -f ${configFile}`,
];

/** Keeps standard input as a file that is there as a whole or not at all. */
const keep = (file: string): string => `cat > ${file}.new && mv ${file}.new ${file}`;

/** An edge that is to start from its volume. */
export interface PreparedEdge {
  volume: string;
  /** The edge's image, whose user gets the volume. */
  image: string;
  /** See {@link haproxyConfig}. */
  config: string;
  route: Route | undefined;
  of: Pick<Labelled, 'instance' | 'stack'>;
}

/** Puts configuration and route into an edge's volume, each where there is none; in a container that lives as long as that takes. */
export async function fillVolume({ volume, image, config, route, of }: PreparedEdge, on: OnEngine): Promise<void> {
  const script = [
    `{ [ -s ${configFile} ] || { ${keep(configFile)}; }; }`,
    `{ [ -s ${routesFile} ] || { printf %s "$0" | { ${keep(routesFile)}; }; }; }`,
  ].join(' && ');
  const label = { [labels.instance]: of.instance, [labels.stack]: of.stack, [labels.role]: 'own-volume' };
  await docker(
    [
      ...['run', '--rm', '-i', '--network', 'none', '--entrypoint', 'sh'],
      ...Object.entries(label).flatMap((pair) => ['--label', pair.join('=')]),
      ...['--cap-drop', 'ALL', '--security-opt', 'no-new-privileges', '--read-only'],
      ...['--memory', '64m', '--memory-swap', '64m', '--cpu-shares', '1024', '--pids-limit', '64'],
      ...['--ulimit', 'core=0', '--ulimit', 'nofile=1024'],
      ...['--mount', `type=volume,source=${volume},target=${edgeFolder}`],
      ...[image, '-c', script, routesText(route)],
    ],
    { ...on, input: config, timeoutSeconds: 120 },
  );
}

/** Which of an edge's files are there. */
export async function filesOf(edge: ContainerAt): Promise<{ config: boolean; routes: boolean }> {
  const script = `[ -s ${configFile} ] && echo config; [ -s ${routesFile} ] && echo routes; true`;
  const { stdout } = await dockerExec(edge, ['sh', '-c', script], { timeoutSeconds: 60 });
  return { config: /^config$/m.test(stdout), routes: /^routes$/m.test(stdout) };
}

/** Has an edge's container keep a configuration, which it starts with or is told of by {@link configureEdge}. */
export async function writeConfig(edge: ContainerAt, config: string): Promise<void> {
  await dockerExec(edge, ['sh', '-c', keep(configFile)], { input: config, timeoutSeconds: 60 });
}

/** The process of an edge that serves now: its number, and which configuration it has. */
interface Worker {
  pid: string;
  version: string;
}

/**
 * Has an edge serve by a configuration, without a request lost: a new worker takes the ports over, and the former one ends what it had.
 * @returns whether it was another configuration
 * @throws Error when HAProxy refuses the configuration, or does not serve by it within 30 seconds; it goes on as it was
 */
export async function configureEdge(edge: ContainerAt, config: string): Promise<boolean> {
  const version = versionIn(config);
  const before = await serves(edge, () => true);
  if (before.version === version) {
    await writeConfig(edge, config);
    return false;
  }
  const file = `${configFile}.next`;
  const script = `cat > ${file} && haproxy -c -q -f ${routesFile} -f ${file} && mv ${file} ${configFile} && kill -USR2 1`;
  await dockerExec(edge, ['sh', '-c', script], { input: config, timeoutSeconds: 60 });
  await serves(edge, (worker) => worker.version === version && worker.pid !== before.pid);
  return true;
}

/** The worker that serves, once it is what it should be. */
async function serves(edge: ContainerAt, isRight: (worker: Worker) => boolean): Promise<Worker> {
  for (let attempt = 0; ; attempt++) {
    const worker = await workerOf(edge).catch((error: unknown) => {
      if (attempt === attempts) throw error;
      return undefined;
    });
    if (worker !== undefined && isRight(worker)) return worker;
    if (attempt === attempts) throw new Error('the edge does not follow its configuration');
    await sleep(100);
  }
}
const attempts = 300;

async function workerOf(edge: ContainerAt): Promise<Worker | undefined> {
  const info = await runtime(edge, 'show info\n');
  const pid = /^Pid: (\d+)$/m.exec(info)?.[1];
  // Of an edge of a former version there is none.
  const version = /^description: (.*)$/m.exec(info)?.[1] ?? '';
  return pid === undefined ? undefined : { pid, version };
}
