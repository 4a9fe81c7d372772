import { formsOf, type Secret } from './forms';

/** A secret that was seen; its value is never told. */
export interface Hit {
  secret: string;
  form: string;
}

interface Needle extends Hit {
  bytes: Buffer;
}

/** What is looked for has at least as many characters: shorter ones would be found by chance. */
export const leastLength = 12;

/** Looks for many secrets in many bytes, in every form that they may take. */
export class Scanner {
  /** Which pairs of bytes a needle begins with: most positions are done with after one look. */
  private readonly pairs = new Uint8Array(65536);
  private readonly byStart = new Map<number, Needle[]>();
  private readonly longest: number;

  /** @throws Error for a secret that is too short to be looked for */
  constructor(secrets: readonly Secret[]) {
    const needles = secrets.flatMap(({ name, value }) => {
      if (value.length < leastLength) throw new Error(`${name} is shorter than ${leastLength} characters`);
      const texts = new Map([...formsOf(value)].reverse().map(([form, text]) => [text, form]));
      return [...texts].map(([text, form]): Needle => ({ secret: name, form, bytes: Buffer.from(text) }));
    });
    for (const needle of needles) {
      this.pairs[needle.bytes.readUInt16LE(0)] = 1;
      const start = needle.bytes.readInt32LE(0);
      this.byStart.set(start, [...(this.byStart.get(start) ?? []), needle]);
    }
    this.longest = Math.max(0, ...needles.map(({ bytes }) => bytes.length));
  }

  /** What is seen in a text. */
  scan(text: string | Buffer): Hit[] {
    const stream = this.open();
    stream.take(Buffer.from(text));
    return stream.hits();
  }

  /** Takes bytes piece by piece; what lies across two pieces is seen as well. */
  open(): { take(piece: Buffer): void; hits(): Hit[] } {
    const seen = new Map<string, Hit>();
    let rest: Buffer = Buffer.alloc(0);
    return {
      take: (piece) => {
        const bytes = rest.length === 0 ? piece : Buffer.concat([rest, piece]);
        this.look(bytes, seen);
        rest = Buffer.from(bytes.subarray(Math.max(0, bytes.length - this.longest + 1)));
      },
      hits: () => [...seen.values()],
    };
  }

  private look(bytes: Buffer, seen: Map<string, Hit>): void {
    const { pairs } = this;
    const last = bytes.length - 4;
    for (let at = 0; at <= last; at++) {
      if (pairs[(bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8)] === 0) continue;
      for (const { secret, form, bytes: needle } of this.byStart.get(bytes.readInt32LE(at)) ?? []) {
        if (bytes.length - at < needle.length) continue;
        if (needle.compare(bytes, at, at + needle.length) === 0) seen.set(`${secret} ${form}`, { secret, form });
      }
    }
  }
}
