import { engineResolvers } from './proxy';

/** A service as its environment's edge sees it. */
export interface EdgeService {
  name: string;
  /** Port of the host on which people reach it; the edge listens on the same number in its container. */
  hostPort: number;
  /** Port that the service's containers listen on. */
  containerPort: number;
}

/** Where the edge's container keeps what it was last switched to: in the home of its user, who may write there. */
export const routesFile = '/var/lib/haproxy/routes';

/** The HAProxy runtime API's address inside the edge's container. */
export const runtimePort = 9999;

/** The one server of a service's backend, which a cutover points elsewhere. */
export const serverName = 'live';

/** `ROUTE_DISCOUNTS` for `discounts`: the variable in the routes file that names the release's container. */
export function routeVariable(service: string): string {
  return `ROUTE_${service.toUpperCase().replace(/[^A-Z0-9]/g, '_')}`;
}

/** A name that never resolves (RFC 2606): before its first cutover, a service answers 503. */
const nowhere = 'unrouted.invalid';

/**
 * The routes file: one shell assignment per service. `undefined` is a service without a release yet.
 */
export function routesText(routes: Readonly<Record<string, string | undefined>>): string {
  return Object.entries(routes)
    .map(([service, container]) => `${routeVariable(service)}=${container ?? nowhere}\n`)
    .join('');
}

/** A section that is no service: no service's name has such a character, and HAProxy 3.2 refuses two sections of one name. */
const ours = (name: string): string => `_${name}`;

/**
 * The edge's HAProxy configuration. Releases do not appear in it: a cutover switches a service's one server through
 * the runtime API, without a reload, and writes the routes file, which a start reads.
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
    // Only what has surely not reached the application is sent again.
    '  retry-on conn-failure',
    '  option forwardfor',
    '',
    ...engineResolvers(ours('engine')),
    `frontend ${ours('network')}`,
    '  bind :80',
    '  use_backend %[req.hdr(host),field(1,:),lower]',
    ...services.flatMap((service) => [
      '',
      `frontend ${ours(`host-${service.name}`)}`,
      `  bind :${service.hostPort}`,
      `  default_backend ${service.name}`,
      '',
      `backend ${service.name}`,
      // The fallback address gives the server a family, which the runtime API needs to change it later.
      `  server ${serverName} "\${${routeVariable(service.name)}}:${service.containerPort}" resolvers ${ours('engine')} init-addr last,libc,127.0.0.1`,
    ]),
  ].join('\n')}\n`;
}

/** Runtime API commands that switch services to these addresses, as one line. */
export function switchCommands(
  routes: readonly { service: string; container: string; address: string; port: number }[],
): string {
  return `${routes
    .flatMap(({ service, container, address, port }) => [
      `set server ${service}/${serverName} fqdn ${container}`,
      `set server ${service}/${serverName} addr ${address} port ${port}`,
      `set server ${service}/${serverName} state ready`,
    ])
    .join(';')}\n`;
}

/** `srv_op_state` of a server that takes requests (HAProxy's management guide, "show servers state"). */
const running = '2';
/** The bit of `srv_admin_state` that only tells that the name was set through the runtime API; all others keep requests away. */
const nameSetAtRuntime = 0x40;

/** One line of `show servers state`, as far as it is used. */
export interface ServerState {
  service: string;
  address: string;
  port: number;
  /** Resolved, not in maintenance: requests go there. */
  ready: boolean;
}

/** Reads the answer of the runtime API's `show servers state` (format version 1). */
export function parseServersState(text: string): ServerState[] {
  const lines = text.split('\n');
  const header =
    lines
      .find((line) => line.startsWith('# '))
      ?.slice(2)
      .split(' ') ?? [];
  const column = (fields: string[], name: string): string => fields[header.indexOf(name)] ?? '';
  return lines
    .filter((line) => /^\d+ \S+ \d+ /.test(line))
    .map((line) => {
      const fields = line.split(' ');
      return {
        service: column(fields, 'be_name'),
        address: column(fields, 'srv_addr'),
        port: Number(column(fields, 'srv_port')),
        ready:
          column(fields, 'srv_op_state') === running &&
          (Number(column(fields, 'srv_admin_state')) & ~nameSetAtRuntime) === 0,
      };
    });
}
