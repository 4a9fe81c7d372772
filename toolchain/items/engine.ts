import { spawn } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { UserError } from '../../base/errors';
import { run, which } from '../../base/process';
import { dockerSays } from '../../clients/docker/words';
import { layout } from '../layout';
import { compareVersions } from '../version-order';
import { minimumEngine } from '../versions';

/** What was found of the Docker engine. */
export interface EngineFacts {
  platform: NodeJS.Platform;
  root: boolean;
  /** The client is installed. */
  client: boolean;
  /** `dockerd` is installed. */
  daemon: boolean;
  /** apt-get is there: Debian or one of its children. */
  apt: boolean;
  /** The engine's version, when it answers. */
  version?: string;
  /** What the client says when it does not. */
  problem?: string;
  /** The endpoint that the client speaks to, and who says so. */
  endpoint?: { host: string; from: 'DOCKER_HOST' | 'context'; context: string };
}

/** What to do about the engine. */
export type EngineDecision = { do: 'use' | 'start' | 'install' } | { do: 'refuse'; message: string; next: string };

const ownSocket = 'unix:///var/run/docker.sock';

/** Decides from the facts. An endpoint that the person has chosen is respected: a local engine is never put in its place. */
export function decideEngine(facts: EngineFacts): EngineDecision {
  if (facts.version !== undefined) {
    return compareVersions(facts.version, minimumEngine) >= 0
      ? { do: 'use' }
      : {
          do: 'refuse',
          message: `Docker engine: found ${facts.version}, needed ${minimumEngine} or newer`,
          next: 'update Docker',
        };
  }
  const { endpoint } = facts;
  if (endpoint !== undefined && (endpoint.from === 'DOCKER_HOST' || endpoint.host !== ownSocket)) {
    const chosen =
      endpoint.from === 'DOCKER_HOST'
        ? `DOCKER_HOST is ${endpoint.host}`
        : `the Docker context "${endpoint.context}" is ${endpoint.host}`;
    return {
      do: 'refuse',
      message: `${chosen}, and no engine answers there${facts.problem === undefined ? '' : `: ${facts.problem}`}`,
      next:
        endpoint.from === 'DOCKER_HOST'
          ? 'start that engine, or unset DOCKER_HOST'
          : 'start that engine, or: docker context use default',
    };
  }
  if (facts.platform !== 'linux')
    return facts.client
      ? { do: 'refuse', message: 'the Docker engine does not run', next: 'start Docker Desktop (or Colima)' }
      : {
          do: 'refuse',
          message: 'there is no Docker on this machine',
          next: 'install and start Docker Desktop (or Colima)',
        };
  if (dockerSays(facts.problem ?? '', 'not-allowed'))
    return {
      do: 'refuse',
      message: 'this user may not use the Docker engine',
      next: 'ask to be added to the group docker (sudo usermod -aG docker "$USER"), then log in again',
    };
  if (facts.daemon && facts.client)
    return facts.root
      ? { do: 'start' }
      : { do: 'refuse', message: 'the Docker engine does not run', next: 'start it: sudo systemctl start docker' };
  if (facts.root && facts.apt) return { do: 'install' };
  return {
    do: 'refuse',
    message: 'there is no Docker engine on this machine, and only root can install one',
    next: facts.apt ? 'ask for: sudo apt-get install docker.io iptables' : 'install Docker, then run this again',
  };
}

/** Looks without changing anything. */
export async function engineFacts(): Promise<EngineFacts> {
  const client = which('docker') !== undefined;
  const facts: EngineFacts = {
    platform: process.platform,
    root: process.getuid?.() === 0,
    client,
    daemon: which('dockerd') !== undefined,
    apt: which('apt-get') !== undefined,
  };
  if (!client) return facts;
  const version = await run('docker', ['version', '--format', '{{.Server.Version}}'], {
    allowFailure: true,
    timeoutSeconds: 20,
  });
  if (version.code === 0) return { ...facts, version: version.stdout.trim() };
  return { ...facts, problem: version.stderr.trim().split('\n').at(-1), endpoint: await endpointOf(process.env) };
}

/** The engine's processor in the words of images (`amd64`, `arm64`); undefined while no engine answers. */
export async function engineArchitecture(): Promise<string | undefined> {
  if (which('docker') === undefined) return undefined;
  const { code, stdout } = await run('docker', ['version', '--format', '{{.Server.Arch}}'], {
    allowFailure: true,
    timeoutSeconds: 20,
  });
  return code === 0 && stdout.trim() !== '' ? stdout.trim() : undefined;
}

async function endpointOf(environment: NodeJS.ProcessEnv): Promise<EngineFacts['endpoint']> {
  const host = environment['DOCKER_HOST'];
  if (host !== undefined && host !== '') return { host, from: 'DOCKER_HOST', context: '' };
  const result = await run('docker', ['context', 'inspect', '--format', '{{.Name}} {{.Endpoints.docker.Host}}'], {
    allowFailure: true,
  });
  const [context, chosen] = result.stdout.trim().split(' ');
  return context === undefined || chosen === undefined ? undefined : { host: chosen, from: 'context', context };
}

/** Makes the engine answer: as it is, or started, or installed. To be called under the toolchain's lock. */
export async function ensureEngine(say: (line: string) => void): Promise<void> {
  const decision = decideEngine(await engineFacts());
  if (decision.do === 'refuse') throw new UserError(decision.message, decision.next);
  if (decision.do === 'use') return;
  if (decision.do === 'install') await install(say);
  if (decideEngine(await engineFacts()).do !== 'use') await start(say);
}

async function install(say: (line: string) => void): Promise<void> {
  say('Docker engine: installing docker.io and iptables with apt-get (about 20 s)');
  const log = logFile('engine-install.log');
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  // An earlier installation may have been killed, and another one may hold dpkg's lock.
  await run('dpkg', ['--configure', '-a'], { log, env, allowFailure: true });
  const apt = ['-o', 'DPkg::Lock::Timeout=600', '--yes'];
  await run('apt-get', [...apt, 'update'], { log, env });
  await run('apt-get', [...apt, 'install', '--no-install-recommends', 'docker.io', 'iptables'], { log, env });
}

/** Starts the engine so that it outlives this process: by systemd where that runs the machine, else by itself. */
async function start(say: (line: string) => void): Promise<void> {
  say('Docker engine: starting');
  const log = logFile('dockerd.log');
  let ended: number | null | undefined;
  if (fs.existsSync('/run/systemd/system')) await run('systemctl', ['start', 'docker'], { log });
  else {
    // Not base/process, which waits for an end: this one is to be without one.
    const output = fs.openSync(log, 'a');
    const child = spawn('dockerd', [], { detached: true, stdio: ['ignore', output, output] });
    child.on('error', () => (ended = null));
    child.on('exit', (code) => (ended = code));
    child.unref();
    fs.closeSync(output);
  }
  for (let i = 0; i < 120; i += 1) {
    const facts = await engineFacts();
    if (facts.version !== undefined) return;
    if (ended !== undefined) break;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  const last = fs.readFileSync(log, 'utf8').trim().split('\n').at(-1) ?? '';
  throw new UserError(`the Docker engine does not start: ${last}`, `see all it says: ${log}`);
}

function logFile(name: string): string {
  const { logs } = layout();
  fs.mkdirSync(logs, { recursive: true });
  return path.join(logs, name);
}
