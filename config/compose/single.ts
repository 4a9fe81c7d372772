import { capabilities, isCapability } from './capabilities';
import type { Draft } from './draft';
import { secondsOf, wordsOf } from './units';
import { at, membersOf, pairsOf, refuse, scalarText, textOf, textsOf, type Spot } from './values';

/** `command` and `entrypoint`: words, or one text that is split as a shell would. Empty: as if it were not there. */
export function readCommand(key: 'command' | 'entrypoint', spot: Spot): Draft | undefined {
  if (spot.node.kind === 'list') return { [key]: textsOf(spot) };
  if (spot.node.kind === 'scalar' && spot.node.value === null) return undefined;
  const text = textOf(spot);
  if (text === undefined) return undefined;
  const words = wordsOf(text);
  return words === undefined ? refuse(spot, 'has a quote that is left open') : { [key]: words };
}

/** `stop_grace_period` */
export function readGrace(spot: Spot): Draft | undefined {
  const text = textOf(spot);
  if (text === undefined) return undefined;
  const seconds = secondsOf(text);
  if (seconds === undefined || seconds > 3600)
    return refuse(spot, `"${text}" is no duration of up to an hour; write one like 30s`);
  return { stopGraceSeconds: Math.max(1, Math.ceil(seconds)) };
}

/** `extra_hosts`: `name=address`, `name:address`, or a mapping. */
export function readExtraHosts(spot: Spot): Draft | undefined {
  const pairs =
    spot.node.kind === 'map'
      ? pairsOf(spot).map(({ key, value, at: place }) => ({
          name: key,
          address: value === undefined ? '' : scalarText(value),
          place,
        }))
      : membersOf(spot).map((member) => {
          const [, name = '', address = ''] = /^([^=:]+)[=:](.*)$/.exec(textOf(member) ?? '') ?? [];
          return { name, address, place: member.node.at };
        });
  const hosts: Record<string, string> = {};
  for (const { name, address, place } of pairs) {
    const plain = address.replace(/^\[(.*)\]$/, '$1');
    if (/^[\d.]+$/.test(plain) || /^[0-9a-f:]+$/i.test(plain)) hosts[name] = plain;
    else {
      const why =
        plain === 'host-gateway'
          ? 'is the machine itself, on which everything of the platform listens; let the service reach the other one by its address'
          : `"${plain}" is no address`;
      spot.problems.refuse(place, `${spot.where}.${name}`, why);
    }
  }
  return { extraHosts: hosts };
}

/** `cap_add` */
export function readCapabilities(spot: Spot): Draft {
  const granted = membersOf(spot).flatMap((member) => {
    const text = textOf(member)?.toUpperCase().replace(/^CAP_/, '');
    if (text === undefined) return [];
    if (isCapability(text)) return [text];
    refuse(
      member,
      `${text} is more than any container has by default, and leads out of it; there are ${capabilities.join(', ')}`,
    );
    return [];
  });
  return granted.length === 0 ? {} : { capabilities: [...new Set(granted)].sort() };
}

/** `security_opt` */
export function readSecurity(spot: Spot): undefined {
  for (const member of membersOf(spot)) {
    const text = textOf(member);
    if (text === undefined || /^no-new-privileges([:=]true)?$/.test(text)) continue;
    refuse(
      member,
      `${text} loosens what holds every container; it has no-new-privileges and the engine's own profiles`,
    );
  }
}

/** `logging` */
export function readLogging(spot: Spot): undefined {
  const driver = at(spot.node, 'driver');
  if (driver === undefined) return;
  const text = textOf({ ...spot, node: driver, where: `${spot.where}.driver` });
  if (text !== undefined && text !== 'json-file' && text !== 'local') {
    refuse(
      { ...spot, node: driver, where: `${spot.where}.driver` },
      `is ${text}; logs stay with the engine, from where cutover and audit read them`,
    );
  }
}
