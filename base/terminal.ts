import { visible, withShortLines } from './visible';

// The only way onto standard output and standard error: the linter refuses every other. So no text from elsewhere steers a terminal or the
// page of a job, whoever prints it. A pipeline's log and Pulumi's are such pages.

/** Writes a result and a line break to standard output. */
export function say(text: string): void {
  process.stdout.write(`${visible(text)}\n`);
}

/** The same. @returns when it has been written: a process may end then */
export function saidWhole(text: string): Promise<void> {
  return new Promise((written) => process.stdout.write(`${visible(text)}\n`, () => written()));
}

/** Writes a text with Pulumi's colours, `<{%fg 1%}>`, to standard output: a terminal gets them as its own, all else without. */
export function sayPainted(text: string): void {
  process.stdout.write(`${painted(visible(text), process.stdout.isTTY)}\n`);
}

/** Writes progress, a remark or an error and a line break to standard error. Very long lines are cut. */
export function note(text: string): void {
  process.stderr.write(`${withShortLines(visible(text))}\n`);
}

/**
 * Makes Pulumi's directives of colour a terminal's. Only those that hide nothing: text comes along from elsewhere, and may hold some.
 * @param colours false: they are taken out
 */
export function painted(text: string, colours: boolean): string {
  return text.replace(directive, (_, name: string, colour: string | undefined) => {
    if (!colours) return '';
    return `\u001b[${colour === undefined ? styles[name] : `38;5;${colour}`}m`;
  });
}

/** Not black, not white: they can't be seen on a terminal that is. */
const directive = /<\{%(reset|bold|underline|fg ([1-6]|8|9|1[0-4]))%\}>/g;
const styles: Readonly<Record<string, number>> = { reset: 0, bold: 1, underline: 4 };
