import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  type Alias,
  type Document,
  type Node as Ast,
} from 'yaml';

/** Where something stands: the file as messages name it, and its line from 1. */
export interface Position {
  file: string;
  line: number;
}

/** One value that is neither a list nor a mapping. */
export interface Scalar {
  kind: 'scalar';
  value: string | number | boolean | null;
  /** As it is written, without quotes: `0440`, `1.10`. */
  text: string;
  at: Position;
  /** A secret has been put into it. */
  secret?: true;
}

/** A list. */
export interface List {
  kind: 'list';
  items: readonly Node[];
  at: Position;
}

/** A key of a mapping: where it stands and what it says. */
export interface Entry {
  at: Position;
  value: Node;
}

/** A mapping, its keys in order. */
export interface Mapping {
  kind: 'map';
  entries: ReadonlyMap<string, Entry>;
  at: Position;
}

/** A part of a compose file that knows its place. Aliases and merge keys are resolved: what they bring keeps the line it is written on. */
export type Node = Scalar | List | Mapping;

/** Something in a file that can't be had; `where` is the key's path, like `services.web.privileged`. */
export interface Problem {
  at: Position;
  where: string;
  why: string;
}

/** More than any project writes: an alias of aliases of aliases would fill the memory. */
const mostNodes = 50_000;

/**
 * Reads YAML 1.2 with anchors and merge keys.
 * @returns the document's content; undefined when it is no YAML, which `problems` then says with its line
 */
export function parseYaml(text: string, file: string, problems: Problem[]): Node | undefined {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, version: '1.2', logLevel: 'silent' });
  // A tag that the parser does not know (!reset, !override) means something to docker compose.
  for (const { message, pos } of [...document.errors, ...document.warnings]) {
    const [first = ''] = message.split('\n');
    problems.push({
      at: { file, line: lines.linePos(pos[0]).line },
      where: 'YAML',
      why: first.replace(/ at line.*$/, ''),
    });
  }
  if (problems.length > 0) return undefined;
  try {
    return new Tree(document, file, lines).node(document.contents, 1, []);
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    problems.push({ at: error.at, where: 'YAML', why: error.message });
    return undefined;
  }
}

class Unreadable extends Error {
  constructor(
    readonly at: Position,
    message: string,
  ) {
    super(message);
  }
}

class Tree {
  private count = 0;

  constructor(
    private readonly document: Document,
    private readonly file: string,
    private readonly lines: LineCounter,
  ) {}

  /** @param line where it stands when it has no text of its own @param inside what it is a part of */
  node(ast: unknown, line: number, inside: readonly unknown[]): Node {
    const at = this.placeOf(ast, line);
    if (++this.count > mostNodes) throw new Unreadable(at, `has more than ${mostNodes} parts`);
    if (isAlias(ast)) {
      const target = this.resolve(ast, at, inside);
      return this.node(target, at.line, [...inside, target]);
    }
    if (isSeq(ast))
      return { kind: 'list', at, items: ast.items.map((item) => this.node(item, at.line, [...inside, ast])) };
    if (isMap(ast)) return this.mapping(ast.items, at, [...inside, ast]);
    if (isScalar(ast)) {
      const value = ast.value as Scalar['value'];
      return { kind: 'scalar', at, value, text: ast.type === 'PLAIN' ? (ast.source ?? '') : String(value ?? '') };
    }
    return { kind: 'scalar', at, value: null, text: '' };
  }

  private mapping(
    pairs: readonly { key: unknown; value: unknown }[],
    at: Position,
    inside: readonly unknown[],
  ): Mapping {
    const entries = new Map<string, Entry>();
    const merged: Mapping[] = [];
    for (const { key, value } of pairs) {
      const keyAt = this.placeOf(key, at.line);
      const name = isScalar(key) ? (key.source ?? String(key.value)) : undefined;
      if (name === undefined) throw new Unreadable(keyAt, 'has a key that is no text');
      const node = this.node(value, keyAt.line, inside);
      // What a list or mapping as a whole does wrong is told of where its key stands.
      const placed = node.kind === 'scalar' ? node : { ...node, at: keyAt };
      if (name !== '<<') entries.set(name, { at: keyAt, value: placed });
      else merged.push(...(node.kind === 'list' ? node.items : [node]).map((each) => mergeable(each, keyAt)));
    }
    // What stands in the mapping itself wins, then what is merged first.
    for (const { entries: more } of merged) {
      for (const [name, entry] of more) if (!entries.has(name)) entries.set(name, entry);
    }
    return { kind: 'map', at, entries };
  }

  private resolve(alias: Alias, at: Position, inside: readonly unknown[]): Ast {
    const target = alias.resolve(this.document);
    if (target === undefined) throw new Unreadable(at, `there is no anchor "&${alias.source}"`);
    if (inside.includes(target)) throw new Unreadable(at, `the alias *${alias.source} stands inside what it names`);
    return target;
  }

  private placeOf(ast: unknown, line: number): Position {
    const range = (ast as { range?: readonly number[] | null } | null)?.range;
    return { file: this.file, line: range?.[0] === undefined ? line : this.lines.linePos(range[0]).line };
  }
}

function mergeable(node: Node, at: Position): Mapping {
  if (node.kind === 'map') return node;
  throw new Unreadable(at, '"<<" merges what is no mapping');
}
