import * as fs from 'node:fs';
import { createServer } from 'node:net';
import { run, which } from '../../base/process';

/** Who listens on a port; without a name when that can't be told. */
export interface Listener {
  process?: string;
  pid?: number;
}

/**
 * Who listens on a port of this machine; undefined when nobody does. Found out by listening there for a moment. A port that
 * this user may not open counts as free: the engine may.
 */
export async function listenerOn(address: string, port: number): Promise<Listener | undefined> {
  const code = await new Promise<string | undefined>((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code));
    server.listen({ host: address, port, exclusive: true, ipv6Only: true }, () =>
      server.close(() => resolve(undefined)),
    );
  });
  if (code !== 'EADDRINUSE') return undefined;
  return (await holderOf(port)) ?? {};
}

async function holderOf(port: number): Promise<Listener | undefined> {
  if (fs.existsSync('/proc/net/tcp')) return holderInProc(port);
  if (which('lsof') === undefined) return undefined;
  const { stdout } = await run('lsof', ['-nP', `-iTCP:${port}`, '-sTCP:LISTEN', '-Fpc'], { allowFailure: true });
  return parseLsof(stdout);
}

/** The first process of `lsof -Fpc`: lines `p<pid>` and `c<command>`. */
export function parseLsof(text: string): Listener | undefined {
  const [pid, name] = [/^p(\d+)$/m.exec(text)?.[1], /^c(.+)$/m.exec(text)?.[1]];
  return pid === undefined ? undefined : { process: name, pid: Number(pid) };
}

/** Linux tells which socket listens, and each process's own folder which sockets it holds; others' only to root. */
function holderInProc(port: number): Listener | undefined {
  const sockets = new Set(
    ['tcp', 'tcp6']
      .flatMap((table) => listeningSockets(read(`/proc/net/${table}`), port))
      .map((inode) => `socket:[${inode}]`),
  );
  if (sockets.size === 0) return undefined;
  for (const pid of list('/proc').filter((name) => /^\d+$/.test(name))) {
    const holds = list(`/proc/${pid}/fd`).some((fd) => sockets.has(link(`/proc/${pid}/fd/${fd}`)));
    if (holds) return { process: read(`/proc/${pid}/comm`).trim(), pid: Number(pid) };
  }
  return undefined;
}

/** Inodes of the sockets that listen on a port, from the text of /proc/net/tcp. */
export function listeningSockets(table: string, port: number): string[] {
  const hex = port.toString(16).toUpperCase().padStart(4, '0');
  return table.split('\n').flatMap((line) => {
    const fields = line.trim().split(/\s+/);
    const [local, state, inode] = [fields[1] ?? '', fields[3], fields[9]];
    return local.endsWith(`:${hex}`) && state === listening && inode !== undefined ? [inode] : [];
  });
}

/** TCP_LISTEN in the kernel's include/net/tcp_states.h. */
const listening = '0A';

function read(file: string): string {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

function list(folder: string): string[] {
  try {
    return fs.readdirSync(folder);
  } catch {
    return [];
  }
}

function link(file: string): string {
  try {
    return fs.readlinkSync(file);
  } catch {
    return '';
  }
}
