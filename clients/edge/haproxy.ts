import { engineResolvers } from './proxy';

/** A service as its environment's edge sees it. */
export interface EdgeService {
  name: string;
  /** Port of the host on which people reach it; the edge listens on the same number in its container. */
  hostPort: number;
  /** Port that the service's containers listen on. */
  containerPort: number;
  /** Inside the network the edge answers for it on its container port as well. @default false */
  innerPort?: boolean;
}

/** Where the edge's container keeps what it was last switched to: in the home of its user, who may write there. */
export const routesFile = '/var/lib/haproxy/routes';

/** The HAProxy runtime API's address inside the edge's container. */
export const runtimePort = 9999;

/**
 * The two servers of a service's backend. One serves; a cutover points the other at the next release, lets it take
 * requests, and then gives the first no new ones: what it was serving ends there. A start of the edge serves from the first.
 */
export const slots = ['a', 'b'] as const;
export type Slot = (typeof slots)[number];

/** `ROUTE_DISCOUNTS` for `discounts`: the variable in the routes file that names the release's container. */
export function routeVariable(service: string): string {
  return `ROUTE_${service.toUpperCase().replace(/[^A-Z0-9]/g, '_')}`;
}

/** A name that never resolves (RFC 2606): before its first cutover, a service answers 503. */
const nowhere = 'unrouted.invalid';

/** How a line begins that is kept with the routes and is none: a comment for the shell. */
const markStart = '# mark: ';

/**
 * The routes file: one shell assignment per service. `undefined` is a service without a release yet.
 * @param mark one line that lies with them; it is lost with the next switch. @default none
 */
export function routesText(routes: Readonly<Record<string, string | undefined>>, mark?: string): string {
  const lines = Object.entries(routes).map(
    ([service, container]) => `${routeVariable(service)}=${container ?? nowhere}\n`,
  );
  return [...lines, ...(mark === undefined ? [] : [`${markStart}${mark}\n`])].join('');
}

/** The line that lies with routes. @param text the routes file */
export function markIn(text: string): string | undefined {
  const line = text.split('\n').find((each) => each.startsWith(markStart));
  return line?.slice(markStart.length);
}

/** A section that is no service: no service's name has such a character, and HAProxy 3.2 refuses two sections of one name. */
const ours = (name: string): string => `_${name}`;

/**
 * The edge's HAProxy configuration. Releases do not appear in it: a cutover switches a service's servers through the
 * runtime API, without a reload, and writes the routes file, which a start reads.
 *
 * Port 80 serves every service inside the environment's network by its name (`http://discounts`).
 * HAProxy resolves the release's name anew every second, so a release that comes back with another address is found.
 */
export function haproxyConfig(services: readonly EdgeService[]): string {
  return `${[
    'global',
    '  log stdout format raw local0 notice',
    `  stats socket ipv4@127.0.0.1:${runtimePort} level admin`,
    '  maxconn 4000',
    '  hard-stop-after 10s',
    '',
    'defaults',
    '  mode http',
    '  log global',
    '  timeout connect 2s',
    '  timeout client 60s',
    '  timeout server 60s',
    '  timeout http-request 10s',
    '  timeout http-keep-alive 60s',
    '  timeout tunnel 1h',
    '  retries 3',
    // A server may end an idle connection in the moment in which it is used again; what only reads is then sent once more.
    '  retry-on conn-failure empty-response',
    '  option forwardfor',
    '',
    ...engineResolvers(ours('engine')),
    `frontend ${ours('network')}`,
    '  bind :80',
    '  use_backend %[req.hdr(host),field(1,:),lower]',
    ...innerPorts(services).flatMap((port) => [
      '',
      `frontend ${ours(`network-${port}`)}`,
      `  bind :${port}`,
      ...byHost(services.filter((service) => service.innerPort === true && service.containerPort === port)),
    ]),
    ...services.flatMap((service) => [
      '',
      `frontend ${ours(`host-${service.name}`)}`,
      `  bind :${service.hostPort}`,
      ...byHost(services.filter((other) => other.innerPort === true && other.containerPort === service.hostPort)),
      `  default_backend ${service.name}`,
      '',
      `backend ${service.name}`,
      // What may change something is sent again only when it has surely not reached the application.
      '  http-request disable-l7-retry unless { method GET HEAD OPTIONS }',
      // The fallback address gives the server a family, which the runtime API needs to change it later. A new release may have the
      // address of one that is gone: without allow-dup-ip it would be kept from it for as long as that is remembered. Idle connections
      // are ended before the servers of most languages end them.
      `  default-server resolvers ${ours('engine')} resolve-opts allow-dup-ip init-addr last,libc,127.0.0.1 pool-purge-delay 2s`,
      `  server ${slots[0]} "\${${routeVariable(service.name)}}:${service.containerPort}"`,
      // Not asked of a name server: where none answers, a start of the edge would wait for it.
      `  server ${slots[1]} ${nowhere}:${service.containerPort} disabled init-addr last,127.0.0.1`,
    ]),
  ].join('\n')}\n`;
}

/** Container ports on which the edge answers inside the network, besides those that it listens on anyway. */
function innerPorts(services: readonly EdgeService[]): number[] {
  const inner = services.filter(({ innerPort }) => innerPort === true).map(({ containerPort }) => containerPort);
  const taken = [80, runtimePort, ...services.map(({ hostPort }) => hostPort)];
  return [...new Set(inner)].filter((port) => !taken.includes(port)).sort((a, b) => a - b);
}

/** To each of these services what is asked of it by its name. */
function byHost(services: readonly EdgeService[]): string[] {
  return services.map(({ name }) => `  use_backend ${name} if { req.hdr(host),field(1,:),lower -m str ${name} }`);
}
