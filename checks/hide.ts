import type { EvidenceFile } from '../targets/evidence';

const HIDDEN = '(hidden)';

/** Takes secrets out of what a check leaves, in the spellings that programs write them in: as they are, in JSON, in URLs and as Base64. */
export function hider(secrets: readonly string[]) {
  const spellings = [
    ...new Set(
      secrets
        .filter((secret) => secret !== '')
        .flatMap((secret) => [
          secret,
          JSON.stringify(secret).slice(1, -1),
          encodeURIComponent(secret),
          Buffer.from(secret).toString('base64'),
        ]),
    ),
    // A longer one may hold a shorter one.
  ].sort((a, b) => b.length - a.length);
  const text = (original: string) => spellings.reduce((left, each) => left.replaceAll(each, HIDDEN), original);
  return {
    text,
    /** One file; what holds none stays as it is, to the byte. */
    file: ({ name, content }: EvidenceFile): EvidenceFile => ({
      name: text(name),
      content: spellings.some((each) => content.includes(each))
        ? Buffer.from(text(content.toString('latin1')), 'latin1')
        : content,
    }),
  };
}
