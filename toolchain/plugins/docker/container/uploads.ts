import { readFileSync } from 'node:fs';
import type { PlainProperties } from '../../serving/values';
import { readAll, type Engine } from '../engine';

/** Writes files into a container that has not been started yet. */
export async function uploadFiles(engine: Engine, id: string, uploads: readonly PlainProperties[]): Promise<void> {
  for (const upload of uploads) {
    await engine.json('PUT', `/containers/${id}/archive`, { query: { path: '/' }, body: await archive(upload) });
  }
}

/** A tar archive with the one file. Mode 0644, 0744 when executable, unless permissions are given; owned by root by default. */
export async function archive(upload: PlainProperties): Promise<Buffer> {
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const { pack } = require('tar-stream') as typeof import('tar-stream');
  const tar = pack();
  const header = {
    name: (upload['file'] as string).replace(/^\/+/, ''),
    mode: mode(upload),
    uid: Number(upload['owner'] ?? 0),
    gid: Number(upload['group'] ?? 0),
    mtime: new Date(),
  };
  tar.entry(header, content(upload));
  tar.finalize();
  return readAll(tar);
}

function mode(upload: PlainProperties): number {
  const permissions = upload['permissions'];
  if (typeof permissions === 'string' && permissions !== '') return parseInt(permissions, 8);
  return upload['executable'] === true ? 0o744 : 0o644;
}

function content(upload: PlainProperties): Buffer {
  const [text, base64, source] = [upload['content'], upload['contentBase64'], upload['source']] as (
    string | undefined
  )[];
  if (text !== undefined && text !== '') return Buffer.from(text);
  if (base64 !== undefined && base64 !== '') return Buffer.from(base64, 'base64');
  return readFileSync(source ?? '');
}
