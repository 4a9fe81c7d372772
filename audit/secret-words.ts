/** Names that say that their value is one. */
const name = String.raw`\w*(?:PASSWORD|PASSWD|PASSPHRASE|SECRET|TOKEN|API_?KEY|ACCESS_?KEY|PRIVATE_?KEY)`;

/**
 * How a name is given a value: `NAME=value`, `NAME: value`, `--name value`, `ENV NAME value`. Two words beside each other are
 * none: `passwd` is a package, too.
 */
const given = new RegExp(
  String.raw`(?:\b(${name})[=:]\s*|--?([\w-]*${name})\s+|^\s*(?:ENV|ARG)\s+(${name})\s+)["']?([^\s"']+)`,
  'gi',
);

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
  const named = [...instruction.matchAll(given)].flatMap(([, assigned, flag, variable, value = '']) =>
    /^(\$|<|true$|false$|\d{1,5}$)/i.test(value) ? [] : [`a value for ${assigned ?? flag ?? variable ?? ''}`],
  );
  return [...named, ...looks.flatMap(([look, what]) => (look.test(instruction) ? [what] : []))];
}
