import type { Entry, Mapping, Node, Position, Problem, Scalar } from './node';

/** Collects what is wrong, so that a person reads all of it at once. */
export class Problems {
  readonly all: Problem[] = [];

  /** @param where path of the key, like `services.web.privileged` @param why what is wrong, then what to do */
  refuse(at: Position, where: string, why: string): undefined {
    // An anchor that several services use is told of once for each of them; the same words twice help nobody.
    const known = this.all.some((one) => one.at.line === at.line && one.at.file === at.file && one.where === where);
    if (!known) this.all.push({ at, where, why });
    return undefined;
  }
}

/** A value, the path of its key, and where to say what is wrong with it. */
export interface Spot<T extends Node = Node> {
  node: T;
  where: string;
  problems: Problems;
}

/** The text of a scalar, numbers and booleans as they are written; `null` is none. */
export function textOf(spot: Spot): string | undefined {
  const { node } = spot;
  if (node.kind === 'scalar' && node.value !== null) return scalarText(node);
  return refuse(spot, `must be text, but is ${called(node)}`);
}

/** A scalar as text. */
export function scalarText(node: Scalar): string {
  return typeof node.value === 'string' ? node.value : node.text;
}

/** Yes or no, also as text, which it is after a variable was put in. */
export function flagOf(spot: Spot): boolean | undefined {
  const text = textOf(spot);
  if (text === undefined || text === 'true' || text === 'false')
    return text === undefined ? undefined : text === 'true';
  return refuse(spot, `must be true or false, but is "${text}"`);
}

/** A number, also as text. */
export function numberOf(spot: Spot): number | undefined {
  const text = textOf(spot);
  if (text === undefined) return undefined;
  const number = Number(text);
  if (text.trim() !== '' && Number.isFinite(number) && number >= 0) return number;
  return refuse(spot, `must be a number, but is "${text}"`);
}

/** The members of a list; a single text stands for a list of one where `single` says so. */
export function membersOf(spot: Spot, single = false): Spot[] {
  const { node, where, problems } = spot;
  if (node.kind === 'list')
    return node.items.map((item, index) => ({ node: item, where: `${where}.${index}`, problems }));
  if (single && node.kind === 'scalar' && node.value !== null) return [spot];
  refuse(spot, `must be a list, but is ${called(node)}`);
  return [];
}

/** The texts of a list. */
export function textsOf(spot: Spot, single = false): string[] {
  return membersOf(spot, single).flatMap((member) => textOf(member) ?? []);
}

/** The entries of a mapping; none of what is empty. */
export function entriesOf(spot: Spot): [string, Spot & { at: Position }][] {
  const { node, where, problems } = spot;
  if (node.kind === 'scalar' && node.value === null) return [];
  if (node.kind !== 'map') {
    refuse(spot, `must be a mapping of keys to values, but is ${called(node)}`);
    return [];
  }
  return [...node.entries].map(([key, { at, value }]) => [
    key,
    { node: value, where: `${where}.${key}`, problems, at },
  ]);
}

/** The entry of a mapping. */
export function entry(node: Node, key: string): Entry | undefined {
  return node.kind === 'map' ? node.entries.get(key) : undefined;
}

/** `KEY=value` lines and mappings are two ways to write the same. A key without value has none. */
export function pairsOf(spot: Spot): { key: string; value: Scalar | undefined; at: Position }[] {
  if (spot.node.kind !== 'list') {
    return entriesOf(spot).flatMap(([key, { node, at, ...rest }]) => {
      if (node.kind === 'scalar') return [{ key, value: node.value === null ? undefined : node, at }];
      refuse({ node, ...rest }, `must be text, but is ${called(node)}`);
      return [];
    });
  }
  return membersOf(spot).flatMap((member) => {
    const text = textOf(member);
    if (text === undefined || member.node.kind !== 'scalar') return [];
    const equals = text.indexOf('=');
    const [key, value] = equals === -1 ? [text, undefined] : [text.slice(0, equals), text.slice(equals + 1)];
    const node: Scalar | undefined = value === undefined ? undefined : { ...member.node, value, text: value };
    return [{ key, value: node, at: member.node.at }];
  });
}

/** Says what is wrong with a value. */
export function refuse({ node, where, problems }: Spot, why: string): undefined {
  return problems.refuse(node.at, where, why);
}

/** Refuses keys that a mapping may not have. @param known key → undefined when it is understood, else why not */
export function refuseOthers(spot: Spot, known: Readonly<Record<string, string | undefined>>): void {
  for (const [key, { at, where }] of entriesOf(spot)) {
    if (key.startsWith('x-')) continue;
    if (!Object.hasOwn(known, key)) {
      spot.problems.refuse(at, where, `is no key of a compose file; it may have ${Object.keys(known).join(', ')}`);
    } else if (known[key] !== undefined) spot.problems.refuse(at, where, known[key]);
  }
}

/** What a value is, for people. */
export function called(node: Node): string {
  if (node.kind === 'list') return 'a list';
  if (node.kind === 'map') return 'a mapping';
  return node.value === null ? 'empty' : JSON.stringify(node.value);
}

/** The node at a path of keys. */
export function at(node: Node | undefined, ...keys: string[]): Node | undefined {
  return keys.reduce<Node | undefined>((now, key) => (now === undefined ? undefined : entry(now, key)?.value), node);
}

/** A mapping with nothing in it. */
export function emptyMapping(place: Position): Mapping {
  return { kind: 'map', entries: new Map(), at: place };
}
