/** One instruction of a build file, its continued lines joined. */
export interface Instruction {
  /** In capitals: `RUN`. */
  name: string;
  rest: string;
  /** Of its first line, from 1. */
  line: number;
}

/** The instructions of a build file, without comments and empty lines. */
export function instructions(text: string): Instruction[] {
  const found: Instruction[] = [];
  let open: { words: string; line: number } | undefined;
  for (const [index, raw] of text.split('\n').entries()) {
    if (/^\s*#/.test(raw) || raw.trim() === '') continue;
    const continued = /\\\s*$/.test(raw);
    const part = raw.replace(/\\\s*$/, '').trim();
    open = open === undefined ? { words: part, line: index + 1 } : { ...open, words: `${open.words} ${part}` };
    if (continued) continue;
    const [, name = '', rest = ''] = /^(\S+)\s*(.*)$/.exec(open.words) ?? [];
    found.push({ name: name.toUpperCase(), rest, line: open.line });
    open = undefined;
  }
  return found;
}
