import * as fs from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { Readable } from 'node:stream';
import { run, which } from '../base/process';

/** Downloads a file: by curl where it is, because it knows the user's proxy, else by Node itself. */
export async function download(url: string, file: string): Promise<void> {
  if (which('curl') !== undefined) {
    await run('curl', ['--fail', '--silent', '--show-error', '--location', '--retry', '3', '--output', file, url]);
    return;
  }
  const response = await fetch(url);
  if (!response.ok || response.body === null) throw new Error(`${url}: the server answered ${response.status}`);
  await pipeline(Readable.fromWeb(response.body), fs.createWriteStream(file));
}
