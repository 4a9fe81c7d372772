import { shortHash } from '../../releases/names';
import { engineResolvers } from './proxy';

/** A service as its own edge sees it. */
export interface EdgeService {
  name: string;
  /** Inside the network the edge answers for it on this port as well, not on 80 alone. @default none */
  innerPort?: number | undefined;
  /** How long the service may be silent while it answers. */
  requestSeconds: number;
  /** How long a client may be silent, and both sides of what is no longer HTTP, like a WebSocket. */
  idleSeconds: number;
}

/** Where a service is served from. */
export interface Route {
  container: string;
  /** Port that the container listens on. */
  port: number;
}

/** The folder of an edge's volume in its container: the home of its user, who may write there. */
export const edgeFolder = '/var/lib/haproxy';

/** What the edge was last switched to. */
export const routesFile = `${edgeFolder}/routes`;

/** How it serves, whatever release that is. */
export const configFile = `${edgeFolder}/haproxy.cfg`;

/** The port on which an edge serves its service in its container, whatever port of the host that is published on. */
export const edgePort = 80;

/** The HAProxy runtime API's address inside the edge's container. */
export const runtimePort = 9999;

/**
 * The two servers of a service's backend. One serves; a cutover points the other at the next release, lets it take
 * requests, and then gives the first no new ones: what it was serving ends there. A start of the edge serves from the first.
 */
export const slots = ['a', 'b'] as const;
export type Slot = (typeof slots)[number];

/** The variable in the routes file that says where the release is. */
const routeVariable = 'SLUICE_ROUTE';

/** A name that never resolves (RFC 2606): before its first cutover, a service answers 503. */
const nowhere = 'unrouted.invalid';

/** How a line begins that is kept with the route and is none: a comment for HAProxy. */
const markStart = '# mark: ';

/**
 * The routes file: a piece of HAProxy's configuration, which is read before the rest of it. `undefined` is a service without a release yet.
 * @param mark one line that lies with it; it is lost with the next switch. @default none
 */
export function routesText(route: Route | undefined, mark?: string): string {
  const to = route === undefined ? `${nowhere}:1` : `${route.container}:${route.port}`;
  const lines = ['global', `  setenv ${routeVariable} ${to}`, ...(mark === undefined ? [] : [`${markStart}${mark}`])];
  return `${lines.join('\n')}\n`;
}

/** The line that lies with a route. @param text the routes file */
export function markIn(text: string): string | undefined {
  const line = text.split('\n').find((each) => each.startsWith(markStart));
  return line?.slice(markStart.length);
}

/** A section that is no service: no service's name has such a character, and HAProxy 3.2 refuses two sections of one name. */
const ours = (name: string): string => `_${name}`;

/**
 * Where a server is looked for that has no address: nobody can connect there, and nothing of it leaves the machine. An address at which the
 * edge itself listens would have it ask itself for ever.
 */
const nobody = '127.255.255.255';

/** Seconds after which what still runs in a worker that was replaced is cut off: a day. */
const longestSeconds = 86_400;

/** How a configuration is told from others: the running process says it (`show info`). @param config see {@link haproxyConfig} */
export function versionIn(config: string): string {
  return /^ {2}description (\S+)$/m.exec(config)?.[1] ?? '';
}

/**
 * An edge's HAProxy configuration. Releases and published ports do not appear in it: a cutover switches the service's servers through the
 * runtime API, without a reload, and writes the routes file, which a start and a reload read.
 *
 * HAProxy resolves the release's name anew every second, so a release that comes back with another address is found.
 */
export function haproxyConfig(service: EdgeService): string {
  const { name, innerPort, requestSeconds, idleSeconds } = service;
  const body = [
    'defaults',
    '  mode http',
    '  log global',
    '  timeout connect 2s',
    `  timeout client ${idleSeconds}s`,
    `  timeout server ${requestSeconds}s`,
    '  timeout http-request 10s',
    '  timeout http-keep-alive 60s',
    `  timeout tunnel ${idleSeconds}s`,
    '  retries 3',
    // A server may end an idle connection in the moment in which it is used again; what only reads is then sent once more.
    '  retry-on conn-failure empty-response',
    '  option forwardfor',
    // A reload leaves idle connections open until their next request: whoever sends one in that moment gets its answer.
    '  option idle-close-on-response',
    '',
    ...engineResolvers(ours('engine')),
    `frontend ${ours('edge')}`,
    ...[...new Set([edgePort, innerPort ?? edgePort])].map((port) => `  bind :${port}`),
    `  default_backend ${name}`,
    '',
    `backend ${name}`,
    // What may change something is sent again only when it has surely not reached the application.
    '  http-request disable-l7-retry unless { method GET HEAD OPTIONS }',
    // The fallback address gives the server a family, which the runtime API needs to change it later. A new release may have the
    // address of one that is gone: without allow-dup-ip it would be kept from it for as long as that is remembered. Idle connections
    // are ended before the servers of most languages end them.
    `  default-server resolvers ${ours('engine')} resolve-opts allow-dup-ip init-addr last,libc,${nobody} pool-purge-delay 2s`,
    `  server ${slots[0]} "\${${routeVariable}}"`,
    // Not asked of a name server: where none answers, a start of the edge would wait for it.
    `  server ${slots[1]} ${nowhere}:1 disabled init-addr last,${nobody}`,
  ];
  const global = [
    'global',
    '  log stdout format raw local0 notice',
    `  stats socket ipv4@127.0.0.1:${runtimePort} level admin`,
    '  maxconn 4000',
    // A request's or an answer's head has to fit: of 32 kB, with what the edge adds.
    '  tune.bufsize 36864',
    `  hard-stop-after ${longestSeconds}s`,
    // Each worker that still ends what it had takes memory.
    '  mworker-max-reloads 4',
  ];
  return `${[...global, `  description ${shortHash([...global, ...body])}`, '', ...body].join('\n')}\n`;
}
