import type { EvidenceFile } from '../targets/evidence-files';

const HIDDEN = '(hidden)';

/** Characters of Base64 below which a part of one may stand anywhere by chance. */
const LEAST_OF_BASE64 = 8;

/** Takes secrets out of what a check leaves, in the spellings that programs write them in: as they are, in JSON, in URLs, in HTML and as Base64. */
export function hider(secrets: readonly string[]) {
  const spellings = [...new Set(secrets.filter((secret) => secret !== '').flatMap(spellingsOf))]
    // A longer one may hold a shorter one.
    .sort((a, b) => b.length - a.length);
  // A file need not be text: its bytes are looked through, each as one character.
  const inBytes = spellings.map((each) => Buffer.from(each).toString('latin1'));
  const without = (all: readonly string[], original: string) =>
    all.reduce((left, each) => left.replaceAll(each, HIDDEN), original);
  const text = (original: string) => without(spellings, original);
  return {
    text,
    /** One file; what holds none stays as it is, to the byte. */
    file: ({ name, content }: EvidenceFile): EvidenceFile => ({
      name: text(name),
      content: spellings.some((each) => content.includes(each))
        ? Buffer.from(without(inBytes, content.toString('latin1')), 'latin1')
        : content,
    }),
  };
}

function spellingsOf(secret: string): string[] {
  const inUrl = encodeURIComponent(secret);
  return [
    secret,
    JSON.stringify(secret).slice(1, -1),
    inUrl,
    inUrl.replace(/%../g, (code) => code.toLowerCase()),
    new URLSearchParams([['', secret]]).toString().slice(1),
    secret.replace(/[&<>"]/g, (found) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[found] ?? '&quot;'),
    Buffer.from(secret).toString('base64'),
    ...withinBase64(secret),
  ];
}

/** What is always the same of a secret in the Base64 of something longer, like `login:secret`: by how many bytes come before, three ways. */
function withinBase64(secret: string): string[] {
  const bytes = Buffer.from(secret);
  return [0, 1, 2].flatMap((before) => {
    const all = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64');
    const own = all.slice(Math.ceil((before * 4) / 3), Math.floor(((before + bytes.length) * 4) / 3));
    return own.length < LEAST_OF_BASE64 ? [] : [own, own.replaceAll('+', '-').replaceAll('/', '_')];
  });
}
