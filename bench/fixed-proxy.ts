/** A service as a proxy by hand knows it. */
export interface FixedService {
  name: string;
  /** Port that the proxy listens on. */
  port: number;
  /** Where it is served from: `discounts-app:8080` */
  server: string;
}

/** Where the official image of HAProxy reads its configuration. */
export const fixedProxyFile = '/usr/local/etc/haproxy/haproxy.cfg';

/**
 * A configuration of HAProxy as somebody writes it by hand for these services: one server each, and the engine's name
 * server, so that a container that comes back with another address is found. Port 80 serves by name, for other containers.
 */
export function fixedProxyConfig(services: readonly FixedService[]): string {
  return `${[
    'global',
    '  stats socket ipv4@127.0.0.1:9999 level admin',
    '  maxconn 4000',
    'defaults',
    '  mode http',
    '  timeout connect 2s',
    '  timeout client 60s',
    '  timeout server 60s',
    '  timeout http-keep-alive 60s',
    '  timeout tunnel 1h',
    '  option forwardfor',
    'resolvers docker',
    '  nameserver dns 127.0.0.11:53',
    '  hold valid 1s',
    'frontend by-name',
    '  bind :80',
    '  use_backend %[req.hdr(host),field(1,:),lower]',
    ...services.flatMap(({ name, port, server }) => [
      `frontend port-${port}`,
      `  bind :${port}`,
      `  default_backend ${name}`,
      `backend ${name}`,
      `  server ${name} ${server} resolvers docker init-addr last,libc,none`,
    ]),
  ].join('\n')}\n`;
}
