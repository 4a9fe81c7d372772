/**
 * What a terminal or a page obeys instead of showing it: control characters (C0, C1, DEL), characters that turn the direction of text,
 * separators of lines, halves of a surrogate pair, and what has no width. Those that join letters and emojis stay. And colours, and the
 * end of a line as Windows writes it, which are taken as a whole.
 * Sources: Unicode's categories Cc, Cs, Zl and Zp, its property Bidi_Control (UAX #9), CVE-2021-42574.
 */
const unseen =
  // eslint-disable-next-line no-control-regex -- these characters are what is looked for
  /\u001b\[[\d;:]*m|\r\n|[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Bidi_Control}\u00ad\u200b\u2060-\u2064\u206a-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu;

/**
 * A text of several lines as a terminal may get it. Line breaks and tabs stay, colours go. All else that would not be shown gets a picture
 * (`␛`) or its number (`\u202e`), so that a JSON text stays one and says the same.
 */
export function visible(text: string): string {
  return text.replace(unseen, (found) => {
    if (found === '\n' || found === '\r\n') return '\n';
    if (found === '\t' || found.startsWith('\u001b[')) return found === '\t' ? found : '';
    return picture(found);
  });
}

/**
 * The same of a text that belongs on one line: what came from elsewhere can't go on below as if Sluice said it.
 * @param most characters that are kept
 */
export function visibleLine(text: string, most = 2000): string {
  return withShortLines(visible(text).replace(/[\n\t]/g, picture), most);
}

/**
 * A text whose lines are cut where nobody would read on.
 * @param most characters of a line
 */
export function withShortLines(text: string, most = 4000): string {
  if (text.length <= most) return text;
  const cut = (line: string): string =>
    line.length <= most ? line : `${line.slice(0, most)}… (${line.length - most} characters more)`;
  return text.split('\n').map(cut).join('\n');
}

function picture(character: string): string {
  const code = character.charCodeAt(0);
  if (code < 0x20) return String.fromCharCode(0x2400 + code);
  return Array.from({ length: character.length }, (_, at) => numberOf(character.charCodeAt(at))).join('');
}

function numberOf(unit: number): string {
  return `\\u${unit.toString(16).padStart(4, '0')}`;
}
