import { expand, type ComposeVariables } from './interpolate';
import type { Position } from './node';
import type { Problems } from './values';

/** One line of a file of variables. */
export interface Assignment {
  key: string;
  /** Undefined for a name alone, whose value docker compose takes from the machine. */
  value: string | undefined;
  at: Position;
  secret: boolean;
}

/**
 * Reads a file of variables as docker compose does: `NAME=value`, `export`, comments, quotes; single quotes keep a `$`.
 * Values may use the variables given and those of lines before.
 */
export function readEnvFile(text: string, file: string, variables: ComposeVariables, problems: Problems): Assignment[] {
  const own: Record<string, string> = {};
  const found: Assignment[] = [];
  const lines = text.split(/\r?\n/);
  for (let index = 0; index < lines.length; index++) {
    const at = { file, line: index + 1 };
    const line = (lines[index] ?? '').trim().replace(/^export\s+/, '');
    if (line === '' || line.startsWith('#')) continue;
    const [, key, rest] = /^([A-Za-z_][\w.-]*)\s*(?:[=:]\s*(.*))?$/.exec(line) ?? [];
    if (key === undefined) {
      problems.refuse(at, 'variables', `"${line.slice(0, 20)}" is no NAME=value`);
      continue;
    }
    let value = rest;
    if (value !== undefined && /^["']/.test(value)) {
      // A value in quotes may go on over several lines.
      while (!closed(value) && index + 1 < lines.length) value += `\n${lines[++index] ?? ''}`;
      if (!closed(value)) problems.refuse(at, key, 'has a quote that is left open');
    }
    const known = { ...variables, plain: { ...variables.plain, ...own } };
    const filled = value === undefined ? undefined : valueOf(value, known);
    if (filled?.problem !== undefined) problems.refuse(at, key, filled.problem);
    // What is already secret stays so, and is not what others are made of.
    if (filled !== undefined && !filled.secret) own[key] = filled.text;
    found.push({ key, value: filled?.text, at, secret: filled?.secret ?? false });
  }
  return found;
}

function closed(value: string): boolean {
  const quote = value[0] ?? '';
  return quote === "'" ? /^'[^']*'/.test(value) : /^"(?:\\.|[^"\\])*"/s.test(value);
}

function valueOf(value: string, variables: ComposeVariables): ReturnType<typeof expand> {
  if (value.startsWith("'")) return { text: value.slice(1, value.indexOf("'", 1)), secret: false };
  if (!value.startsWith('"')) return expand(value.replace(/\s+#.*$/, '').trim(), variables);
  const inner = /^"((?:\\.|[^"\\])*)"/s.exec(value)?.[1] ?? '';
  const escapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' };
  return expand(
    inner.replace(/\\(.)/gs, (whole, character: string) =>
      character === '$' ? '$$' : (escapes[character] ?? (character === '"' || character === '\\' ? character : whole)),
    ),
    variables,
  );
}
