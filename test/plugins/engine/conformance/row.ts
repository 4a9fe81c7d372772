import type { PluginName } from '../../../../toolchain/plugins/bundle';
import type { Properties, Value } from '../../../../toolchain/plugins/serving/values';

/** What changing one property of a resource asks for. */
export type Outcome = 'replace' | 'update' | 'nothing';

/** A change of one property of a resource that was made, and what it must ask for; undefined takes the property away. */
export type ChangeRow = [property: string, value: Value | undefined, outcome: Outcome];

/** What happened to the real thing behind Pulumi's back, and what a refresh and the next update make of it. */
export interface DriftRow {
  what: string;
  /** Besides the inputs that every resource of the type has. */
  inputs?: Properties;
  /** Calls of the docker client; `$id` and `$name` stand for the resource's. */
  happens: string[][];
  /** It reads as gone, or with these properties. */
  reads: 'gone' | Properties;
  /** What the same inputs ask for then; not asked of what is gone. */
  then?: { outcome: Outcome; changed?: string[] };
}

/** Which properties of the state are secret when some of the inputs are. */
export interface SecretRow {
  what: string;
  inputs: Properties;
  secret: string[];
}

/** Inputs that cannot be had. */
export interface ErrorRow {
  what: string;
  inputs: Properties;
  /** Calls of the docker client that come first. */
  first?: string[][];
  /** Where it fails: before anything is done, or while it is made. */
  fails: 'check' | 'create';
  /** What the message must hold, whichever plugin says it. */
  says: RegExp;
  /** Nothing, or a half-made resource, which stays in state so that the next update replaces or deletes it. */
  leaves?: 'nothing' | 'half-made';
}

/** All that must hold of one resource type, whichever plugin serves it. */
export interface Subject {
  plugin: PluginName;
  type: string;
  /** Inputs of every row. In these and all other texts of a row `$word` stands for what the suite knows by that word. */
  inputs: Properties;
  /** A replacement deletes the old one first, even under another name. */
  deleteFirst: 'always' | 'when the name stays' | 'never';
  /** Lists for whose members the SDK's class gives the option `replaceOnChanges`: Pulumi replaces where the plugin would not. */
  replaceOnChanges?: string[];
  /** What the changes are made to, besides `inputs`. */
  base: Properties;
  changes: ChangeRow[];
  drifts: DriftRow[];
  secrets: SecretRow[];
  errors: ErrorRow[];
}

/** A call of a plugin's function: what its answer holds, or what its error says. */
export interface FunctionRow {
  plugin: PluginName;
  token: string;
  inputs: Properties;
  answers: Properties | RegExp;
}

/** Rows of a subject; each is one test. The two that ask for no change count as well. */
export function countRows({ changes, drifts, secrets, errors }: Subject): number {
  return 2 + changes.length + drifts.length + secrets.length + errors.length;
}

/** What the suite knows by a word: names of this run, ids, a port. */
export type Words = Readonly<Record<string, string | number>>;

/** A value with the suite's words put in, at any depth; a text that is one word alone becomes what the word stands for. */
export function filled<T extends Value>(value: T, words: Words): T {
  const fill = (part: unknown): unknown => {
    if (typeof part === 'string') return (part.startsWith('$') ? words[part.slice(1)] : undefined) ?? text(part, words);
    if (Array.isArray(part)) return part.map(fill);
    if (typeof part !== 'object' || part === null) return part;
    // Symbols as well: a secret is held under one.
    const members = Reflect.ownKeys(part).map((key) => [key, fill((part as Record<PropertyKey, unknown>)[key])]);
    return Object.fromEntries(members);
  };
  return fill(value) as T;
}

/** A pattern with the suite's words put in, each as the text that it is. */
export function filledPattern(pattern: RegExp, words: Words): RegExp {
  const source = pattern.source.replace(/\\\$([a-z][A-Za-z]*)/g, (all, word: string) =>
    words[word] === undefined ? all : String(words[word]).replace(/[.*+?^${}()|[\]\\]/g, '\\$&'),
  );
  return new RegExp(source, pattern.flags);
}

function text(part: string, words: Words): string {
  return part.replace(/\$([a-z][A-Za-z]*)/g, (all, word: string) => String(words[word] ?? all));
}
