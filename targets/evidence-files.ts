import * as fs from 'node:fs';
import * as path from 'node:path';
import { buffer } from 'node:stream/consumers';
import * as tar from 'tar-stream';
import { runStarted } from '../base/process';
import type { OnEngine } from '../clients/docker/docker';
import { quoted, sshBytes } from '../clients/ssh/ssh';

/** One file of a check's evidence. */
export interface EvidenceFile {
  /** Path below the evidence folder, without `..`. */
  name: string;
  content: Buffer;
}

/**
 * The regular files of a container's folder, running or not. They come as a stream through the engine's API: a bind
 * mount made from inside a pipeline step would lie on the wrong side.
 */
export async function readFolder(container: string, folder: string, { host }: OnEngine = {}): Promise<EvidenceFile[]> {
  if (host !== undefined) {
    const command = `docker cp ${quoted(`${container}:${folder}`)} -`;
    const { result, stdout } = await sshBytes(host, command, { timeoutSeconds: 120 });
    if (result.code !== 0) throw new Error(result.stderr.trim() || `docker cp ended with code ${result.code}`);
    return filesIn(stdout);
  }
  const { code, bytes, stderr } = await runStarted('docker', ['cp', `${container}:${folder}`, '-'], {
    timeoutSeconds: 120,
  });
  if (code !== 0) throw new Error(stderr.trim() || `docker cp ended with code ${code}`);
  return filesIn(bytes);
}

/** Regular files of an archive, below its first folder; links and paths that lead out are left out. */
export async function filesIn(archive: Buffer): Promise<EvidenceFile[]> {
  const files: EvidenceFile[] = [];
  const extract = tar.extract();
  extract.end(archive);
  for await (const entry of extract) {
    const whole = path.posix.normalize(entry.header.name);
    const name = whole.split('/').slice(1).join('/');
    const content = await buffer(entry);
    if (entry.header.type === 'file' && name !== '' && !whole.startsWith('..')) files.push({ name, content });
  }
  return files;
}

/** An archive of files below a folder, readable by everybody, owned by root. */
export async function archiveOf(files: readonly EvidenceFile[], folder: string): Promise<Buffer> {
  const pack = tar.pack();
  for (const { name, content } of files) {
    pack.entry({ name: path.posix.join(folder, name), mode: 0o644, uid: 0, gid: 0, mtime: new Date() }, content);
  }
  pack.finalize();
  return buffer(pack);
}

/** Writes files into a folder of this machine. */
export function keepLocally(files: readonly EvidenceFile[], folder: string): void {
  fs.mkdirSync(folder, { recursive: true });
  for (const { name, content } of files) {
    const file = path.join(folder, name);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, content);
  }
}

/** The regular files of a folder of this machine, by their names below the one above it; nothing where there is no such folder. */
export function readLocally(above: string, folder: string): EvidenceFile[] {
  const own = path.join(above, folder);
  if (!fs.existsSync(own)) return [];
  return fs
    .readdirSync(own, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .map((file) => ({
      name: path.relative(above, file).split(path.sep).join('/'),
      content: fs.readFileSync(file),
    }));
}
