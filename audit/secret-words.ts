/** Names that say that their value is one. */
const names =
  /\b(\w*(?:PASSWORD|PASSWD|PASSPHRASE|SECRET|TOKEN|API_?KEY|ACCESS_?KEY|PRIVATE_?KEY))[=:\s]\s*["']?([^\s"']+)/gi;

/** The word as a program and a package are called, with something else behind it; `passwd=…` is another matter. */
const program = /\bpasswd(?=\s)/g;

/** Texts that are a secret by their look. */
const looks: readonly (readonly [RegExp, string])[] = [
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----/, 'a private key'],
  [/\b[a-z][a-z0-9+.-]*:\/\/[^\s/:@$]+:[^\s/:@$]+@/i, 'an address with a password'],
  [/\b(?:gh[pousr]_[A-Za-z0-9]{36}|glpat-[\w-]{20}|AKIA[0-9A-Z]{16}|xox[abpr]-[\w-]{10,})\b/, 'a token'],
];

/**
 * What in an instruction of a build file, or in the history of an image, looks like a secret: the name that gives it
 * away, never the value. A value that is another variable (`$TOKEN`) is none.
 */
export function secretsIn(instruction: string): string[] {
  const named = [...instruction.replaceAll(program, '').matchAll(names)].flatMap(([, name = '', value = '']) =>
    /^(\$|<|true$|false$|\d{1,5}$)/i.test(value) || /^(RUN|COPY|FROM|USER|CMD)$/i.test(value)
      ? []
      : [`a value for ${name}`],
  );
  return [...named, ...looks.flatMap(([look, what]) => (look.test(instruction) ? [what] : []))];
}
