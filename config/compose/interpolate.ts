import type { Node, Scalar } from './node';
import { refuse, type Spot } from './values';

/** What `${NAME}` stands for: values that may be read, and those that are secret. */
export interface ComposeVariables {
  plain: Readonly<Record<string, string>>;
  secret: Readonly<Record<string, string>>;
  /** Where a value can be written, for messages: `.env`. */
  file: string;
}

const name = /^[A-Za-z_][A-Za-z0-9_]*/;

/** What a text becomes, or why it can't. */
interface Filled {
  text: string;
  secret: boolean;
  problem?: string;
}

/**
 * Puts variables into a text: `$NAME`, `${NAME}`, `${NAME:-default}`, `${NAME-default}`, `${NAME:?message}`,
 * `${NAME:+instead}`, `$$` for a dollar. Defaults may have variables in them.
 *
 * One that is not set and has no default is a problem, where docker compose warns and puts nothing in its place: an empty
 * password is found out later and at a higher price.
 */
export function expand(text: string, variables: ComposeVariables): Filled {
  let result = '';
  let secret = false;
  for (let index = 0; index < text.length;) {
    const dollar = text.indexOf('$', index);
    if (dollar === -1) return { text: result + text.slice(index), secret };
    result += text.slice(index, dollar);
    const next = text[dollar + 1];
    if (next === '$') {
      result += '$';
      index = dollar + 2;
      continue;
    }
    const braces = next === '{';
    const end = braces ? closing(text, dollar + 2) : dollar + 1 + (name.exec(text.slice(dollar + 1))?.[0].length ?? 0);
    if (end === undefined || end === dollar + 1) {
      return { text, secret, problem: `"${text.slice(dollar, dollar + 20)}" is no variable; write $$ for a dollar` };
    }
    const filled = expression(text.slice(dollar + (braces ? 2 : 1), end), variables);
    if (filled.problem !== undefined) return { ...filled, text };
    result += filled.text;
    secret ||= filled.secret;
    index = end + (braces ? 1 : 0);
  }
  return { text: result, secret };
}

/** Index of the brace that ends what begins here. */
function closing(text: string, from: number): number | undefined {
  let depth = 0;
  for (let index = from; index < text.length; index++) {
    if (text.startsWith('${', index)) depth++;
    if (text[index] === '}' && depth-- === 0) return index;
  }
  return undefined;
}

function expression(inner: string, variables: ComposeVariables): Filled {
  const variable = name.exec(inner)?.[0] ?? '';
  const [, operator, word = ''] = /^(:?[-?+])(.*)$/s.exec(inner.slice(variable.length)) ?? [];
  if (variable === '' || (operator === undefined && variable !== inner)) {
    return { text: '', secret: false, problem: `"\${${inner}}" is no variable; write $$ for a dollar` };
  }
  const secret = Object.hasOwn(variables.secret, variable);
  const own = secret ? variables.secret : variables.plain;
  const value = Object.hasOwn(own, variable) ? own[variable] : undefined;
  const given = operator?.startsWith(':') === true ? value !== undefined && value !== '' : value !== undefined;
  const kind = operator?.at(-1);
  if (kind === '+') return given ? expand(word, variables) : { text: '', secret: false };
  if (given) return { text: value ?? '', secret };
  if (kind === '-') return expand(word, variables);
  const said = kind === '?' && word !== '' ? ` (${word})` : '';
  const problem =
    `the variable ${variable} is not set${said}: write ${variable}=… to ${variables.file}, or ` +
    `give it to sluice:composeSecrets, or a default as in \${${variable}:-…}; this machine's own variables are not read`;
  return { text: '', secret: false, problem };
}

/**
 * Puts variables into all texts of a part of the file; keys stay as they are.
 * @param secrets whether a secret may stand in it
 */
export function interpolate(spot: Spot, variables: ComposeVariables, secrets: boolean): Node {
  const { node, where, problems } = spot;
  if (node.kind === 'list') {
    return {
      ...node,
      items: node.items.map((item, index) =>
        interpolate({ node: item, where: `${where}.${index}`, problems }, variables, secrets),
      ),
    };
  }
  if (node.kind === 'map') {
    const entries = [...node.entries].map(([key, { at, value }]) => {
      const filled = interpolate({ node: value, where: `${where}.${key}`, problems }, variables, secrets);
      return [key, { at, value: filled }] as const;
    });
    return { ...node, entries: new Map(entries) };
  }
  return scalar({ node, where, problems }, variables, secrets);
}

function scalar(spot: Spot<Scalar>, variables: ComposeVariables, secrets: boolean): Scalar {
  const { node } = spot;
  if (typeof node.value !== 'string' || !node.value.includes('$')) return node;
  const { text, secret, problem } = expand(node.value, variables);
  if (problem !== undefined) refuse(spot, problem);
  if (secret && !secrets) {
    refuse(spot, 'a secret of sluice:composeSecrets may stand in "environment" alone, and in files as "secrets"');
  }
  return { ...node, value: text, text, ...(secret ? { secret: true } : {}) };
}
