import * as path from 'node:path';
import type { Entry, List, Mapping, Node, Position } from './node';
import { at, entry, membersOf, scalarText, textOf, type Problems } from './values';

/** Brings the content of another compose file; undefined when that is refused, which has been said. */
export type Load = (file: string, from: Position, where: string) => Node | undefined;

/** What a service that extends another is, in the order of reading. */
interface Step {
  file: string;
  service: string;
}

/**
 * A service with all that it extends, in its own file or in others. What the service itself says wins: values replace, mappings
 * and lists are joined, volumes and ports by what they are for.
 */
export function extended(
  service: Mapping,
  name: string,
  o: { document: Node; load: Load; problems: Problems; before?: readonly Step[] },
): Mapping {
  const extend = service.entries.get('extends');
  if (extend === undefined) return service;
  const where = `services.${name}.extends`;
  const before = [...(o.before ?? []), { file: service.at.file, service: name }];
  const { value } = extend;
  const base =
    value.kind === 'scalar'
      ? { node: value, where }
      : { node: at(value, 'service') ?? value, where: `${where}.service` };
  const target = textOf({ ...base, problems: o.problems });
  const own = without(service, 'extends');
  if (target === undefined) return own;

  const fileNode = at(value, 'file');
  const file =
    fileNode === undefined ? undefined : textOf({ node: fileNode, where: `${where}.file`, problems: o.problems });
  const document =
    file === undefined || fileNode === undefined
      ? o.document
      : o.load(path.posix.join(path.posix.dirname(fileNode.at.file), file), fileNode.at, `${where}.file`);
  const found = at(document, 'services', target);
  if (document === undefined) return own;
  if (found?.kind !== 'map') {
    const known = at(document, 'services');
    const names = known?.kind === 'map' ? [...known.entries.keys()].join(', ') : 'none';
    o.problems.refuse(
      base.node.at,
      base.where,
      `there is no service "${target}" in ${found?.at.file ?? document.at.file}; it has ${names}`,
    );
    return own;
  }
  if (before.some((step) => step.file === found.at.file && step.service === target)) {
    o.problems.refuse(
      extend.at,
      where,
      `goes round in a circle: ${[...before.map((step) => step.service), target].join(' → ')}`,
    );
    return own;
  }
  const whole = extended(found, target, { ...o, document, before });
  return joined(whole, own);
}

function without(node: Mapping, key: string): Mapping {
  return { ...node, entries: new Map([...node.entries].filter(([each]) => each !== key)) };
}

/** Keys whose value replaces the other's whole. */
const whole = new Set(['command', 'entrypoint', 'test']);
/** Keys that may be lists of `KEY=value`, or of names, or mappings. */
const namedMembers = new Set([
  'environment',
  'labels',
  'args',
  'annotations',
  'extra_hosts',
  'sysctls',
  'depends_on',
  'networks',
]);

/** Two mappings as one. */
function joined(base: Mapping, own: Mapping): Mapping {
  const entries = new Map<string, Entry>(base.entries);
  for (const [key, { at: place, value }] of own.entries) {
    const other = entries.get(key);
    entries.set(key, { at: place, value: other === undefined ? value : both(key, other.value, value) });
  }
  return { ...own, entries };
}

function both(key: string, base: Node, own: Node): Node {
  if (whole.has(key)) return own;
  const [first, second] = namedMembers.has(key) ? [asMapping(base), asMapping(own)] : [base, own];
  if (first.kind === 'map' && second.kind === 'map') return joined(first, second);
  if (first.kind === 'list' && second.kind === 'list') return lists(key, first, second);
  // env_file, tmpfs and others: one, or a list of them.
  if (first.kind === 'list' && second.kind === 'scalar')
    return lists(key, first, { kind: 'list', at: second.at, items: [second] });
  if (first.kind === 'scalar' && second.kind === 'list')
    return lists(key, { kind: 'list', at: first.at, items: [first] }, second);
  return second;
}

function lists(key: string, base: List, own: List): List {
  const kept = base.items.filter((item) => !own.items.some((other) => purpose(key, other) === purpose(key, item)));
  return { ...own, items: [...kept, ...own.items] };
}

/** What a member of a list is for: of two for the same thing the second counts. */
function purpose(key: string, item: Node): string {
  if (item.kind === 'map') {
    const field = (name: string): string => {
      const node = entry(item, name)?.value;
      return node?.kind === 'scalar' ? scalarText(node) : '';
    };
    return field('target') === ''
      ? JSON.stringify([...item.entries.keys()].map(field))
      : `${field('target')}/${field('published')}`;
  }
  if (item.kind === 'list') return '';
  const text = scalarText(item);
  if (key !== 'volumes') return text;
  const [source = '', target] = text.split(':');
  return `${target ?? source}/`;
}

function asMapping(node: Node): Node {
  if (node.kind !== 'list') return node;
  const entries = new Map<string, Entry>();
  for (const { node: item } of membersOf({ node, where: '', problems: ignoring })) {
    if (item.kind !== 'scalar') return node;
    const text = scalarText(item);
    const equals = text.indexOf('=');
    const value = equals === -1 ? undefined : text.slice(equals + 1);
    entries.set(value === undefined ? text : text.slice(0, equals), {
      at: item.at,
      value: { kind: 'scalar', at: item.at, value: value ?? null, text: value ?? '' },
    });
  }
  return { kind: 'map', at: node.at, entries };
}

/** What is wrong with a value is said by who reads it. */
const ignoring = { refuse: () => undefined } as unknown as Problems;
