/** Longest that a request or an answer may be under way: a log that is followed, a build, a large layer. */
const longest = '1h';

/** How a proxy of the platform begins. @param more lines of its own for the section `global` */
export function platformProxy(...more: string[]): string[] {
  return [
    'global',
    '  log stdout format raw local0 notice',
    '  maxconn 2000',
    ...more,
    '',
    'defaults',
    '  mode http',
    '  log global',
    '  timeout connect 5s',
    '  timeout http-request 30s',
    `  timeout client ${longest}`,
    `  timeout server ${longest}`,
    `  timeout tunnel ${longest}`,
    '  retries 3',
    '  option forwardfor',
    '',
  ];
}

/** The engine's own name server, asked anew every second: a container that comes back has another address. */
export function engineResolvers(name: string): string[] {
  return [
    `resolvers ${name}`,
    '  nameserver dns 127.0.0.11:53',
    '  resolve_retries 3',
    '  timeout resolve 1s',
    '  timeout retry 1s',
    '  hold valid 1s',
    '',
  ];
}

/** A backend with one container, which need not be there yet. @param address container and port */
export function toContainer(name: string, address: string, resolvers: string): string[] {
  return [`backend ${name}`, `  server ${name} ${address} resolvers ${resolvers} init-addr last,libc,none`];
}

/** A text as a regular expression of HAProxy's has it. */
export function pattern(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, (character) => `\\${character}`);
}
