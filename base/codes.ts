import { stripVTControlCharacters } from 'node:util';

/** What went wrong, for programs: whoever has to tell errors apart looks at their code and never at their words. */
const all = [
  // A deployment into a compose project and what else runs there: targets/on-host.sh and compose-deploy.sh print these.
  /** The machine's registry login is refused. */
  'login-refused',
  /** The file there belongs to somebody to whom the account can give none. */
  'file-of-another',
  /** The release did not become healthy; file and containers are as before. */
  'went-back',
  /** It did not, and not all is as before. */
  'stuck-halfway',
  /** The machine's compose can't read the file. */
  'file-unreadable',
  /** Somebody else is at work in the folder. */
  'folder-busy',
  /** The file is not the one that was looked at. */
  'file-changed',
  /** The account may not use the machine's engine, or it does not run. */
  'engine-refused',
  /** The account may not write into the folder. */
  'folder-refused',
  /** A program is missing there. */
  'program-missing',
  /** No engine answers at an address, which is told with it (toolchain/plugins/docker). */
  'engine-away',
] as const;

/** One of the codes. */
export type ErrorCode = (typeof all)[number];

/** A code as a text tells it. */
export interface CodeMention {
  code: ErrorCode;
  /** What it is about, such as an address; empty where the code says it all. */
  about: string;
}

const mark = 'sluice-code:';
const line = new RegExp(`^${mark} (\\S+)(?: (\\S+))?$`);

/**
 * A code as a line of its own. Errors that cross a process (an action's standard error, a plugin's answer, a script on another machine)
 * end with one; where their text is shown to people it is left out, see {@link withoutCodes}.
 */
export function codeLine(code: ErrorCode, about = ''): string {
  return `${mark} ${code}${about === '' ? '' : ` ${about}`}`;
}

/** Takes all of Pulumi's directives of colour out of a text. */
export function plainText(text: string): string {
  return text.replace(/<\{%[^%]*%\}>/g, '');
}

/** Whether a line is for programs only; Pulumi indents and colours what it shows. */
export function isCodeLine(text: string): boolean {
  return line.test(stripVTControlCharacters(plainText(text)).trim());
}

/** The codes in what a process has printed, in their order. An indented line is something else: what an app has printed is told so. */
export function codesIn(text: string): CodeMention[] {
  return text.split('\n').flatMap((each) => {
    const [, word, about = ''] = line.exec(each) ?? [];
    const code = all.find((known) => known === word);
    return code === undefined ? [] : [{ code, about }];
  });
}

/** A text as people get to see it. */
export function withoutCodes(text: string): string {
  if (!text.includes(mark)) return text;
  return text
    .split('\n')
    .filter((each) => !isCodeLine(each))
    .join('\n');
}
