import { slots, type Slot } from './haproxy';

/** One of a service's two servers. */
export interface Server {
  service: string;
  slot: Slot;
}

/** A server, and where it is. */
export interface PlacedServer extends Server {
  container: string;
  /** IPv4 address in the environment's network. */
  address: string;
  port: number;
}

const line = (commands: readonly string[]): string => `${commands.join(';')}\n`;

/**
 * Commands by which these servers are looked for by name, as one line. They take requests only when they have been found: a
 * server without an address can be given none by hand, and would answer 503.
 */
export function pointCommands(places: readonly PlacedServer[]): string {
  return line(places.map(({ service, slot, container }) => `set server ${service}/${slot} fqdn ${container}`));
}

/** Commands by which servers that have been found take requests, as one line. Whatever they counted before is forgotten. */
export function openCommands(places: readonly PlacedServer[]): string {
  return line([
    'clear counters all',
    ...places.flatMap(({ service, slot, address, port }) => [
      `set server ${service}/${slot} addr ${address} port ${port}`,
      `set server ${service}/${slot} state ready`,
    ]),
  ]);
}

/** Commands by which these servers get no new requests, but end those that they have. */
export function drainCommands(places: readonly Server[]): string {
  return line(places.map(({ service, slot }) => `set server ${service}/${slot} state drain`));
}

/** Commands that put servers away which have ended what they had. */
export function closeCommands(places: readonly Server[]): string {
  return line(places.map(({ service, slot }) => `set server ${service}/${slot} state maint`));
}

/** `srv_op_state` of a server that takes requests (HAProxy's management guide, "show servers state"). */
const runningState = '2';
/**
 * The bits of `srv_admin_state` that only tell where a setting came from: maintenance by the configuration, until the runtime
 * API ended it; a name by the runtime API. All others keep requests away.
 */
const origins = 0x04 | 0x40;
/** The bit of `srv_admin_state` of a server that the runtime API drains. */
const drained = 0x08;

/** One line of `show servers state`, as far as it is used. */
export interface ServerState extends Server {
  /** The name that its address is found by: of the release's container. */
  container: string;
  address: string;
  port: number;
  /** Resolved, not drained, not in maintenance: requests go there. */
  ready: boolean;
  /** It ends what it has and gets nothing new. */
  draining: boolean;
}

/** Reads the answer of the runtime API's `show servers state` (format version 1). */
export function parseServersState(text: string): ServerState[] {
  const lines = text.split('\n');
  const header =
    lines
      .find((each) => each.startsWith('# '))
      ?.slice(2)
      .split(' ') ?? [];
  const column = (fields: string[], name: string): string => fields[header.indexOf(name)] ?? '';
  return lines
    .filter((each) => /^\d+ \S+ \d+ /.test(each))
    .flatMap((each) => {
      const fields = each.split(' ');
      const slot = slots.find((one) => one === column(fields, 'srv_name'));
      if (slot === undefined) return [];
      const admin = Number(column(fields, 'srv_admin_state'));
      return {
        service: column(fields, 'be_name'),
        slot,
        container: column(fields, 'srv_fqdn'),
        address: column(fields, 'srv_addr'),
        port: Number(column(fields, 'srv_port')),
        ready: column(fields, 'srv_op_state') === runningState && (admin & ~origins) === 0,
        draining: (admin & drained) !== 0,
      };
    });
}

/** What a server has done since it was opened. */
export interface ServerTraffic extends Server {
  /** Connections that it is serving now. */
  open: number;
  /** Requests that have ended, well or not. */
  requests: number;
  /** Those of them without an answer, or with one of 500 and above. */
  errors: number;
  /** Mean milliseconds from the request to the end of the answer, of the last 1024; 0 without any. */
  milliseconds: number;
}

/** Reads the answer of the runtime API's `show stat` (CSV with a header). */
export function parseTraffic(text: string): ServerTraffic[] {
  const [header = '', ...rows] = text.split('\n');
  const names = header.replace(/^# /, '').split(',');
  return rows.flatMap((row) => {
    const fields = row.split(',');
    const text = (name: string): string => fields[names.indexOf(name)] ?? '';
    const count = (...columns: string[]): number => columns.reduce((sum, name) => sum + Number(text(name)), 0);
    const slot = slots.find((one) => one === text('svname'));
    if (slot === undefined) return [];
    // Without an answer: no connection, or a connection that ended before the answer's head.
    const lost = count('econ', 'eresp');
    return {
      service: text('pxname'),
      slot,
      open: count('scur'),
      requests: count('hrsp_1xx', 'hrsp_2xx', 'hrsp_3xx', 'hrsp_4xx', 'hrsp_5xx', 'hrsp_other') + lost,
      errors: count('hrsp_5xx') + lost,
      milliseconds: count('ttime'),
    };
  });
}
