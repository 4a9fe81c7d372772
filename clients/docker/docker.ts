import { UserError } from '../../base/errors';
import { runStarted } from '../../base/process';
import { withLabels } from './labels';
import { quoted, ssh, type SshConnection } from '../ssh/ssh';
import { dockerSays, notStarted, type DockerTrouble } from './words';

/** What a finished docker client left. */
export interface DockerResult {
  stdout: string;
  stderr: string;
  /** Exit code; 124 when the time limit ended it. */
  code: number;
}

/** How one call of the docker client is run. */
export interface DockerOptions {
  /** Written to standard input; nothing by default. */
  input?: string | Buffer;
  /** Added to this process's environment. */
  env?: NodeJS.ProcessEnv;
  /** Working directory; this process's by default. */
  cwd?: string;
  /** Return a non-zero code instead of throwing; false by default. */
  allowFailure?: boolean;
  /** Called with each line of both streams as it comes. */
  onLine?: (line: string) => void;
  /** Ends the client (not what it started in the engine) after so many seconds; no limit by default. */
  timeoutSeconds?: number;
  /** The machine whose own docker client is meant, over SSH; that takes neither `env` nor `cwd`. This machine's by default. */
  host?: SshConnection;
}

/** A docker command that ended with another code than 0. */
export class DockerError extends Error {
  constructor(
    readonly args: readonly string[],
    readonly result: DockerResult,
  ) {
    super(`docker ${args.slice(0, 3).join(' ')}: ${reasonOf(result)}`);
    this.name = 'DockerError';
  }

  /** Whether it is one of these. */
  is(...troubles: readonly DockerTrouble[]): boolean {
    return dockerSays(this.result.stderr, ...troubles);
  }
}

function reasonOf({ stdout, stderr, code }: DockerResult): string {
  return lastLines(stderr) || (notStarted(stdout) ?? `exit code ${code}`);
}

function lastLines(text: string): string {
  return text.trim().split('\n').slice(-5).join('\n');
}

/**
 * Runs the docker client. The client, and nobody else, decides which engine is meant (context, DOCKER_HOST, ssh).
 * @throws DockerError unless `allowFailure`
 */
export async function docker(args: readonly string[], options: DockerOptions = {}): Promise<DockerResult> {
  const { host, env, cwd } = options;
  if (host !== undefined && (env ?? cwd) !== undefined) {
    throw new Error(`docker ${args[0] ?? ''}: the client of ${host.host} is given neither environment nor folder`);
  }
  const result = await (host === undefined
    ? runStarted('docker', args, { ...options, env: { ...process.env, ...env } })
    : ssh(host, ['docker', ...args].map(quoted).join(' '), options));
  if (result.code !== 0 && options.allowFailure !== true) throw new DockerError(args, result);
  return result;
}

/** The docker client as steps call it; tests record instead. */
export type DockerCall = typeof docker;

/** What `docker inspect` tells of a container, as far as it is used here. */
export interface ContainerInfo {
  Id: string;
  Name: string;
  Created: string;
  Image: string;
  /** How often the engine has started it again because it ended. */
  RestartCount?: number;
  State: {
    Status: string;
    Running: boolean;
    Restarting?: boolean;
    ExitCode: number;
    StartedAt: string;
    /** The year 1 when it has not ended yet. */
    FinishedAt: string;
    Health?: { Status: string; Log?: { Output: string; ExitCode: number }[] };
  };
  Config: { Image: string; Labels: Record<string, string> | null; Env: string[] | null };
  NetworkSettings: { Networks: Record<string, { IPAddress: string; Aliases: string[] | null }> };
}

/** An engine: this machine's own unless another machine is named. */
export type OnEngine = Pick<DockerOptions, 'host'>;

/** An engine by the way to it, `shop.example.com:22`; empty for this process's own. Machines may share a host name, each behind a port. */
export function engineName({ host }: OnEngine): string {
  return host === undefined ? '' : `${host.host}:${host.port}`;
}

/** A container, by name or id: of this machine's engine, or of another machine's. */
export type ContainerAt = string | { name: string; host: SshConnection };

/** A container of an engine. */
export function containerAt(name: string, { host }: OnEngine): ContainerAt {
  return host === undefined ? name : { name, host };
}

/** A container's name or id, and the engine that has it. */
export function located(container: ContainerAt): { name: string; on: OnEngine } {
  return typeof container === 'string'
    ? { name: container, on: {} }
    : { name: container.name, on: { host: container.host } };
}

/** A container, or undefined when there is none of this name or id. */
export async function inspectContainer(container: ContainerAt): Promise<ContainerInfo | undefined> {
  const { name, on } = located(container);
  const result = await docker(['container', 'inspect', name], { ...on, allowFailure: true });
  if (result.code !== 0) {
    if (dockerSays(result.stderr, 'absent')) return undefined;
    throw new DockerError(['container', 'inspect', name], result);
  }
  return (JSON.parse(result.stdout) as ContainerInfo[])[0];
}

/**
 * The id of an image that the engine has: a digest of its content, which no other image can be given.
 * @throws UserError when the engine does not have it
 */
export async function imageId(name: string): Promise<string> {
  const { code, stdout } = await docker(['image', 'inspect', '--format', '{{.Id}}', name], { allowFailure: true });
  if (code === 0) return stdout.trim();
  throw new UserError(`the engine has no image ${name}`, `npm run up, or: docker pull ${name}`);
}

/** All containers, running or not, that carry these labels (`key=value`). */
export async function listContainers(labels: readonly string[], on: OnEngine = {}): Promise<ContainerInfo[]> {
  const ids = (await docker(['ps', '-aq', '--no-trunc', ...withLabels(labels)], on)).stdout;
  const list = ids.split('\n').filter((id) => id !== '');
  if (list.length === 0) return [];
  // A container may end between the two calls: what is gone is left out, not an error.
  const result = await docker(['container', 'inspect', ...list], { ...on, allowFailure: true });
  return JSON.parse(result.stdout) as ContainerInfo[];
}

/**
 * Runs a command inside a running container. Secrets go through `env` (names in argv, values in the environment), which only this
 * machine's client takes.
 */
export function dockerExec(
  container: ContainerAt,
  command: readonly string[],
  options: DockerOptions & { user?: string } = {},
): Promise<DockerResult> {
  const names = Object.keys(options.env ?? {});
  const { name, on } = located(container);
  return docker(
    [
      'exec',
      ...(options.input === undefined ? [] : ['-i']),
      ...(options.user === undefined ? [] : ['--user', options.user]),
      ...names.flatMap((name) => ['--env', name]),
      name,
      ...command,
    ],
    { ...options, ...on },
  );
}
