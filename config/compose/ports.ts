import type { Context, Draft } from './draft';
import type { Node, Position } from './node';
import { at, membersOf, numberOf, refuse, refuseOthers, textOf, type Spot } from './values';

/** A port of a service as a compose file publishes it. */
export interface Port {
  container: number;
  /** Absent: docker compose takes any free one. */
  host?: number;
  address?: string;
  at: Position;
  where: string;
}

/** Container ports that are known to speak something else than HTTP, which is all that an edge speaks. */
const otherProtocols: Readonly<Record<number, string>> = {
  22: 'SSH',
  25: 'SMTP',
  53: 'DNS',
  389: 'LDAP',
  443: 'HTTPS',
  465: 'SMTP',
  587: 'SMTP',
  1025: 'SMTP',
  1433: 'SQL Server',
  1521: 'Oracle',
  1883: 'MQTT',
  2181: 'ZooKeeper',
  3306: 'MySQL',
  4222: 'NATS',
  5432: 'PostgreSQL',
  5672: 'AMQP',
  6379: 'Redis',
  9042: 'Cassandra',
  9092: 'Kafka',
  11211: 'memcached',
  27017: 'MongoDB',
};

/**
 * Reads one port, `8080:80` or the long form.
 * @returns undefined when it is refused, which has been said
 */
export function portOf(spot: Spot): Port | undefined {
  const { node, where } = spot;
  if (node.kind === 'map') return longPort(spot);
  const text = textOf(spot);
  if (text === undefined) return undefined;
  const [, address, host, container, protocol = 'tcp'] =
    /^(?:(?:(\[[0-9a-f:.]+\]|[\d.]+):)?(\d*(?:-\d+)?):)?(\d+(?:-\d+)?)(?:\/(\w+))?$/i.exec(text) ?? [];
  if (container === undefined) return refuse(spot, `"${text}" is no port; write "8080:80"`);
  if (protocol.toLowerCase() !== 'tcp') return refuse(spot, notTcp(protocol));
  if (/-/.test(`${container}${host ?? ''}`)) return refuse(spot, 'is a range of ports; a service has one');
  return inRange(spot, {
    container: Number(container),
    host: hostPort(host),
    address: address?.replace(/[[\]]/g, ''),
    at: node.at,
    where,
  });
}

function longPort(spot: Spot): Port | undefined {
  const { node, where, problems } = spot;
  refuseOthers(spot, {
    target: undefined,
    published: undefined,
    host_ip: undefined,
    protocol: undefined,
    mode: undefined,
    name: undefined,
    app_protocol: undefined,
  });
  const field = (key: string): Spot | undefined => {
    const value = at(node, key);
    return value === undefined ? undefined : { node: value, where: `${where}.${key}`, problems };
  };
  const target = field('target');
  if (target === undefined) return refuse(spot, 'says no target, the port that the program listens on');
  const container = numberOf(target);
  const published = field('published');
  const host = published === undefined ? undefined : textOf(published);
  const protocol = field('protocol');
  const spoken = protocol === undefined ? 'tcp' : (textOf(protocol) ?? 'tcp');
  if (protocol !== undefined && spoken !== 'tcp') return refuse(protocol, notTcp(spoken));
  const address = field('host_ip');
  const own = address === undefined ? undefined : textOf(address);
  if (published !== undefined && host !== undefined && host !== '' && !/^\d+$/.test(host)) {
    return refuse(
      published,
      /^\d+-\d+$/.test(host) ? 'is a range of ports; a service has one' : `"${host}" is no port`,
    );
  }
  if (container === undefined) return undefined;
  return inRange(spot, { container, host: hostPort(host), address: own, at: node.at, where });
}

function hostPort(text: string | undefined): number | undefined {
  return text === undefined || text === '' ? undefined : Number(text);
}

function inRange(spot: Spot, port: Port): Port | undefined {
  const wrong = [port.container, port.host ?? 1].find((each) => !Number.isInteger(each) || each < 1 || each > 65535);
  return wrong === undefined ? port : refuse(spot, `${wrong} is no port; ports go from 1 to 65535`);
}

function notTcp(protocol: string): string {
  return `publishes ${protocol.toUpperCase()}; the edge in front of an environment speaks HTTP alone`;
}

/** The one port that the edge publishes, and the container's behind it. */
export function readPorts(spot: Spot, context: Context): Draft | undefined {
  const ports = membersOf(spot).flatMap((member) => portOf(member) ?? []);
  const { port: ownPort, containerPort: ownContainer } = context.own;
  const wanted = ownContainer === undefined ? ports : ports.filter(({ container }) => container === ownContainer);
  const [first, second] = wanted;
  if (first === undefined) return undefined;
  const place = `services.${context.service}`;
  if (second !== undefined && !same(first, second)) {
    return context.problems.refuse(
      second.at,
      second.where,
      `is a second port, and an environment publishes one of a service: remove one, or say which with sluice:${place}.containerPort`,
    );
  }
  const protocol = otherProtocols[first.container];
  if (protocol !== undefined) {
    return context.problems.refuse(
      first.at,
      first.where,
      `publishes ${protocol} (${first.container}), but the edge speaks HTTP alone; without "ports" others reach it as ` +
        `${context.service}:${first.container}. What you need of it at your desk belongs into docker-compose.override.yml, which Sluice does not read`,
    );
  }
  if (first.address !== undefined && first.address !== context.bind && ownPort === undefined) {
    return context.problems.refuse(
      first.at,
      first.where,
      `publishes at ${first.address}, but sluice:bind says at which address all services are published; remove it, or write sluice:bind: ${first.address}`,
    );
  }
  if (first.host === undefined && ownPort === undefined) {
    return context.problems.refuse(
      first.at,
      first.where,
      `takes any free port of the host, another one on each machine; write "8080:${first.container}", or sluice:${place}.port`,
    );
  }
  return {
    ...(first.host === undefined ? {} : { port: first.host }),
    containerPort: first.container,
    innerPort: true,
  };
}

function same(one: Port, other: Port): boolean {
  return one.container === other.container && one.host === other.host;
}

/** `expose`: where others find it. */
export function readExpose(spot: Spot): Draft | undefined {
  const ports = membersOf(spot).flatMap((member) => portOf(member) ?? []);
  const [first] = ports;
  return first === undefined ? undefined : { containerPort: first.container };
}

/** Whether a part of the file is a list with something in it. */
export function isFilled(node: Node | undefined): boolean {
  return node?.kind === 'list' && node.items.length > 0;
}
