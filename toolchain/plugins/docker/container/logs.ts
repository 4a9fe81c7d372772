const HEADER_BYTES = 8;

/** The text of an engine's log stream, which frames pieces of both outputs: a byte for which, three of nothing, four of length. */
export function demultiplex(stream: Buffer): string {
  const pieces: Buffer[] = [];
  for (let at = 0; at + HEADER_BYTES <= stream.length;) {
    const length = stream.readUInt32BE(at + 4);
    pieces.push(stream.subarray(at + HEADER_BYTES, at + HEADER_BYTES + length));
    at += HEADER_BYTES + length;
  }
  return Buffer.concat(pieces).toString();
}
