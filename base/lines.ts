import { StringDecoder } from 'node:string_decoder';

/** Makes lines of the chunks of one stream. */
export class Lines {
  private rest = '';
  private readonly decoder = new StringDecoder();

  /** @param tell takes each line, without its end */
  constructor(private readonly tell: (line: string) => void) {}

  take(chunk: Buffer): void {
    const lines = (this.rest + this.decoder.write(chunk)).split('\n');
    this.rest = lines.pop() ?? '';
    for (const line of lines) this.tell(line);
  }

  /** The stream has ended: what has no end of a line is one, too. */
  end(): void {
    if (this.rest !== '') this.tell(this.rest);
    this.rest = '';
  }
}

/** Tells the lines of a stream as they come. */
export function tellLines(stream: NodeJS.ReadableStream, tell: (line: string) => void): void {
  const lines = new Lines(tell);
  stream.on('data', (chunk: Buffer) => lines.take(chunk));
  stream.on('end', () => lines.end());
}
