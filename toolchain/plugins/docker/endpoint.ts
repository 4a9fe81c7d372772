import { createHash } from 'node:crypto';
import * as path from 'node:path';

/** Where a Docker engine listens. */
export type Endpoint = { text: string } & (
  | { kind: 'socket'; path: string }
  | { kind: 'tcp'; host: string; port: number; tls?: TlsFiles | TlsMaterial }
  | { kind: 'ssh'; destination: string; port?: number; options: readonly string[] }
);

/** A folder with ca.pem, cert.pem and key.pem. */
export interface TlsFiles {
  folder: string;
  skipVerify?: boolean;
}

/** The same, in PEM text. */
export interface TlsMaterial {
  ca?: string;
  cert?: string;
  key?: string;
}

/** What the provider's configuration says about the engine. */
export interface EndpointSettings {
  host?: string;
  context?: string;
  certPath?: string;
  material?: TlsMaterial;
  sshOptions?: readonly string[];
}

/** What the machine says; injected so that the decision is pure. */
export interface EndpointFacts {
  environment: NodeJS.ProcessEnv;
  home: string;
  /** A file's text, undefined when it cannot be read. */
  read(file: string): string | undefined;
}

const DEFAULT_SOCKET = 'unix:///var/run/docker.sock';

/** Docker's own folder of settings. */
export function dockerFolder(machine: EndpointFacts): string {
  return machine.environment['DOCKER_CONFIG'] ?? path.join(machine.home, '.docker');
}

/**
 * Which engine is meant: the provider's `context`, its `host`, DOCKER_HOST, DOCKER_CONTEXT, the current Docker context,
 * /var/run/docker.sock. The same order as the docker client's, so that both mean the same engine.
 * @throws Error when a named context does not exist or an address cannot be understood
 */
export function resolveEndpoint(settings: EndpointSettings, machine: EndpointFacts): Endpoint {
  const { environment } = machine;
  if (settings.context !== undefined) return contextEndpoint(settings.context, settings, machine);
  const host = settings.host ?? environment['DOCKER_HOST'];
  if (host !== undefined && host !== '') return parse(host, settings, machine);
  const context = environment['DOCKER_CONTEXT'] ?? currentContext(machine);
  return contextEndpoint(context ?? 'default', settings, machine);
}

function currentContext(machine: EndpointFacts): string | undefined {
  const text = machine.read(path.join(dockerFolder(machine), 'config.json'));
  if (text === undefined) return undefined;
  try {
    const context = (JSON.parse(text) as { currentContext?: string }).currentContext;
    return context === '' ? undefined : context;
  } catch {
    return undefined;
  }
}

function contextEndpoint(name: string, settings: EndpointSettings, machine: EndpointFacts): Endpoint {
  if (name === 'default') return parse(DEFAULT_SOCKET, settings, machine);
  const id = createHash('sha256').update(name).digest('hex');
  const contexts = path.join(dockerFolder(machine), 'contexts');
  const text = machine.read(path.join(contexts, 'meta', id, 'meta.json'));
  if (text === undefined) {
    throw new Error(`the Docker context "${name}" does not exist; \`docker context ls\` lists those that do`);
  }
  const meta = JSON.parse(text) as { Endpoints?: { docker?: { Host?: string; SkipTLSVerify?: boolean } } };
  const docker = meta.Endpoints?.docker;
  if (docker?.Host === undefined) throw new Error(`the Docker context "${name}" names no engine`);
  const folder = path.join(contexts, 'tls', id, 'docker');
  const hasTls = machine.read(path.join(folder, 'ca.pem')) !== undefined || docker.SkipTLSVerify === true;
  const tls = hasTls ? { folder, ...(docker.SkipTLSVerify === true ? { skipVerify: true } : {}) } : undefined;
  return parse(docker.Host, settings, machine, tls);
}

function parse(text: string, settings: EndpointSettings, machine: EndpointFacts, contextTls?: TlsFiles): Endpoint {
  const unix = /^unix:\/\/(.+)$/.exec(text);
  if (unix?.[1] !== undefined) return { text, kind: 'socket', path: unix[1] };
  const pipe = /^npipe:\/\/(.+)$/.exec(text);
  if (pipe?.[1] !== undefined) return { text, kind: 'socket', path: pipe[1] };
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw new Error(`"${text}" is not the address of a Docker engine; such as ${DEFAULT_SOCKET} or ssh://user@host`);
  }
  if (url.protocol === 'ssh:') {
    const user = url.username === '' ? '' : `${decodeURIComponent(url.username)}@`;
    return {
      text,
      kind: 'ssh',
      destination: user + url.hostname.replace(/^\[|\]$/g, ''),
      ...(url.port === '' ? {} : { port: Number(url.port) }),
      options: settings.sshOptions ?? [],
    };
  }
  if (['tcp:', 'http:', 'https:'].includes(url.protocol)) {
    const tls = tlsOf(settings, machine) ?? contextTls ?? (url.protocol === 'https:' ? {} : undefined);
    return {
      text,
      kind: 'tcp',
      host: url.hostname.replace(/^\[|\]$/g, ''),
      port: Number(url.port || (tls === undefined ? 2375 : 2376)),
      ...(tls === undefined ? {} : { tls }),
    };
  }
  throw new Error(`"${text}" is not an address of a Docker engine that can be reached: unix, npipe, tcp and ssh can`);
}

function tlsOf(settings: EndpointSettings, { environment }: EndpointFacts): TlsFiles | TlsMaterial | undefined {
  if (settings.material !== undefined) return settings.material;
  if (settings.certPath !== undefined) return { folder: settings.certPath };
  const folder = environment['DOCKER_CERT_PATH'];
  return folder === undefined || folder === '' ? undefined : { folder };
}
