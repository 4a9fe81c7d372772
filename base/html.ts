import { visible } from './visible';

/** Text that is HTML already. Nothing outside this file makes one by itself, so nothing gets into a page unescaped. */
class Html {
  constructor(readonly text: string) {}
}
export type { Html };

/** What can stand in a template: text is escaped, a list is one after the other, and what is absent is nothing. */
export type Part = Html | string | number | undefined | readonly Part[];

/**
 * HTML out of a template whose values are text: `html\`<p title="${title}">${words}</p>\``. Each value is escaped, and what a page would obey
 * in place of showing it (control characters, turns of direction) is made visible. Values stand in elements or in quoted attributes, nowhere
 * else: not in a tag's name, in a script or in a style.
 */
export function html(template: TemplateStringsArray, ...values: readonly Part[]): Html {
  const text = template.map((piece, index) => (index === 0 ? piece : textOf(values[index - 1]) + piece)).join('');
  return new Html(text);
}

/** A text of our own that may not be escaped: a style sheet. */
export function asItStands(text: string): Html {
  return new Html(text);
}

/** Text as it stands in HTML. */
export function escaped(text: string): string {
  return visible(text).replace(/[&<>"'`]/g, (found) => `&#${found.charCodeAt(0)};`);
}

function textOf(part: Part): string {
  if (part === undefined) return '';
  if (part instanceof Html) return part.text;
  if (typeof part === 'string' || typeof part === 'number') return escaped(String(part));
  return part.map(textOf).join('');
}
