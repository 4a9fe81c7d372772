/** An expression as a workflow's values have it. */
export function inExpression(expression: string): string {
  return `\${{ ${expression} }}`;
}

/** A text in an expression. */
export function textLiteral(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** Whether a variable is one that every job has by itself; nobody can set another of such a name. */
export function isOfJob(name: string): boolean {
  return name.startsWith('GITHUB_');
}

/** Whether a text is the token that a job gets for its own time; the only one of its own variables that it has to be given. */
export function isToken(text: string | undefined): boolean {
  return text === '$GITHUB_TOKEN';
}

/**
 * Where a variable's value is: in the job itself, else a secret of the environment or of the repository, else a variable there.
 * @param visible those that have to be variables
 */
export function expressionOf(name: string, visible: readonly string[] = []): string {
  if (isOfJob(name)) return `github.${name.slice('GITHUB_'.length).toLowerCase()}`;
  return visible.includes(name) ? `vars.${name}` : `secrets.${name} || vars.${name}`;
}

/** A text as it stands: what looks like an expression in it is none. */
export function literal(text: string): string {
  return text.replaceAll('${{', inExpression(textLiteral('${{')));
}

/** A text that begins with `$NAME`, with the variable's value there; any other text as it stands. */
export function withExpression(text: string, visible: readonly string[] = []): string {
  const [begin = '', name] = /^\$([A-Z_][A-Z0-9_]*)/.exec(text) ?? [];
  return (name === undefined ? '' : inExpression(expressionOf(name, visible))) + literal(text.slice(begin.length));
}
