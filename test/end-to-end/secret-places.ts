import { execFile, spawn } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import type { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { createGunzip } from 'node:zlib';
import * as tar from 'tar-stream';
import { docker } from '../../clients/docker/docker';
import { labels } from '../../clients/docker/labels';
import { Scanner, type Hit } from '../secrets/scanner';
import { prefix } from './isolate';
import { droneOf, logOf } from './shop';
import type { World } from './world';
import { storeFolder } from './ledgers';

/** A secret and where it was seen. */
export interface Sighting extends Hit {
  place: string;
}

const mine = ['--filter', `label=${labels.instance}=${prefix}`];

/** All files below a folder, but for those whose path relative to it is left out. */
export async function scanFiles(
  scanner: Scanner,
  folder: string,
  isLeftOut: (file: string) => boolean = () => false,
): Promise<Sighting[]> {
  const found: Sighting[] = [];
  for (const entry of fs.readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const file = path.join(entry.parentPath, entry.name);
    const place = path.relative(folder, file);
    if (!entry.isFile() || isLeftOut(place)) continue;
    found.push(...(await scanStream(scanner, fs.createReadStream(file), place)));
  }
  return found;
}

/** What the containers of ours have logged. */
export async function scanLogs(scanner: Scanner): Promise<Sighting[]> {
  const { stdout } = await docker(['ps', '--all', '--format', '{{.Names}}', ...mine]);
  const found: Sighting[] = [];
  for (const name of lines(stdout)) {
    const log = await docker(['logs', name]);
    found.push(...at(`logs of ${name}`, scanner.scan(`${log.stdout}\n${log.stderr}`)));
  }
  return found;
}

/** What `docker inspect` tells of each container of ours, by role. */
export async function scanInspect(scanner: Scanner): Promise<(Sighting & { role: string })[]> {
  const { stdout } = await docker(['ps', '--all', '--quiet', ...mine]);
  const all = JSON.parse((await docker(['inspect', ...lines(stdout)])).stdout) as {
    Name: string;
    Config: { Labels: Record<string, string> };
  }[];
  return all.flatMap((container) =>
    at(`inspect of ${container.Name.slice(1)}`, scanner.scan(JSON.stringify(container))).map((sighting) => ({
      ...sighting,
      role: container.Config.Labels[labels.role] ?? '',
    })),
  );
}

/** What all steps of all builds printed, as Drone keeps it. */
export async function scanBuilds(scanner: Scanner, world: World): Promise<{ builds: number; found: Sighting[] }> {
  const { client, slug } = await droneOf(world);
  const found: Sighting[] = [];
  const builds = await client.builds(slug);
  for (const { number } of builds) {
    const log = await logOf(world, await client.build(slug, number));
    found.push(...at(`log of build ${number}`, scanner.scan(log)));
  }
  return { builds: builds.length, found };
}

/**
 * The layers and the history of every image that was built for this Sluice, and the program in the image of steps and checks. What these
 * stand on (Debian, Node, a browser: more than a gigabyte) was built before there was any secret, and is left out.
 */
export async function scanImages(scanner: Scanner): Promise<Sighting[]> {
  const built = lines((await docker(['image', 'ls', '--quiet', '--no-trunc', ...mine])).stdout);
  const tools = (await docker(['inspect', '--format', '{{.Image}}', `${prefix}-pipelines`])).stdout.trim();
  const found: Sighting[] = [];
  for (const id of [...new Set([...built, tools])]) {
    const history = await docker(['history', '--no-trunc', '--format', '{{json .}}', id]);
    const config = await docker(['image', 'inspect', id]);
    found.push(...at(`history of ${id}`, scanner.scan(history.stdout + config.stdout)));
  }
  found.push(...(await scanArchive(scanner, ['save', ...new Set(built)], 'image')));
  const name = `${prefix}-secrets`;
  await docker(['create', '--name', name, '--label', `${labels.instance}=${prefix}`, tools]);
  try {
    found.push(...(await scanArchive(scanner, ['cp', `${name}:/sluice/program`, '-'], 'tools image')));
  } finally {
    await docker(['rm', '--volumes', name]);
  }
  return found;
}

/** Records, verdicts and evidence: every file of the store. */
export function scanLedger(scanner: Scanner, world: World): Promise<Sighting[]> {
  return scanFiles(scanner, storeFolder(world));
}

/** The archive that a docker command prints; what is packed in it once more by gzip is unpacked. */
async function scanArchive(scanner: Scanner, command: readonly string[], what: string): Promise<Sighting[]> {
  const child = spawn('docker', command, { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise<number>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve(code ?? 1));
  });
  const found: Sighting[] = [];
  for await (const entry of child.stdout.pipe(tar.extract())) {
    found.push(...(await scanStream(scanner, entry as unknown as Readable, `${what}: ${entry.header.name}`)));
  }
  if ((await ended) !== 0) throw new Error(`docker ${command.slice(0, 2).join(' ')} did not succeed`);
  return found;
}

/** What comes as a stream; plain, and unpacked when it is a gzip file. */
async function scanStream(scanner: Scanner, stream: Readable, place: string): Promise<Sighting[]> {
  const plain = scanner.open();
  const unpacked = scanner.open();
  let gunzip: ReturnType<typeof createGunzip> | undefined;
  let first = true;
  for await (const piece of stream as AsyncIterable<Buffer>) {
    plain.take(piece);
    if (first && piece.length > 2 && piece[0] === 0x1f && piece[1] === 0x8b) {
      gunzip = createGunzip();
      gunzip.on('data', (part: Buffer) => unpacked.take(part));
    }
    first = false;
    if (gunzip?.write(piece) === false) {
      const open = gunzip;
      await new Promise((resolve) => open.once('drain', resolve));
    }
  }
  if (gunzip !== undefined) {
    const open = gunzip;
    // A file that is cut off, or only looks like one, has been seen as it is.
    await new Promise<void>((resolve) =>
      open
        .on('end', resolve)
        .on('error', () => resolve())
        .end(),
    );
  }
  return at(place, [...plain.hits(), ...unpacked.hits()]);
}

/** A stack's state with its secrets readable. It is kept nowhere. */
export async function exportState(world: World, stack: string): Promise<string> {
  const args = ['bin/sluice.cjs', 'pulumi', 'stack', 'export', '--show-secrets', '--stack', stack];
  const options = { cwd: world.clone, env: world.env, maxBuffer: 1 << 28 };
  return (await promisify(execFile)('node', args, options)).stdout;
}

function at(place: string, hits: readonly Hit[]): Sighting[] {
  return hits.map((hit) => ({ place, ...hit }));
}

function lines(text: string): string[] {
  return text.split('\n').filter((line) => line !== '');
}
