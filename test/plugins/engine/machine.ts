import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { docker } from '../../../engine/docker';

/** Begins the names of all that these tests make; a run removes its own only. */
export const prefix = `sluice-test-plugins-${process.pid}`;

/** An image with busybox in it, made of this machine's own or pulled; `:1` and `:2` differ. */
export const image = `${prefix}:1`;
export const otherImage = `${prefix}:2`;

const APPLETS = ['sh', 'sleep', 'httpd', 'wget', 'cat', 'echo', 'true', 'false', 'stat', 'id', 'env'];

/** Makes the images. */
export async function setUp(): Promise<void> {
  const busybox = ['/bin/busybox', '/usr/bin/busybox'].find((file) => existsSync(file) && isStatic(file));
  if (busybox === undefined) {
    await docker(['pull', '--quiet', 'busybox:1.37.0']);
    await docker(['tag', 'busybox:1.37.0', image]);
    await docker(['build', '--tag', otherImage, '-'], { input: `FROM ${image}\nENV OTHER=yes\n` });
    return;
  }
  const folder = mkdtempSync(path.join(os.tmpdir(), `${prefix}-`));
  try {
    const bin = path.join(folder, 'root', 'bin');
    mkdirSync(bin, { recursive: true });
    mkdirSync(path.join(folder, 'root', 'tmp'));
    cpSync(busybox, path.join(bin, 'busybox'));
    for (const applet of APPLETS) symlinkSync('busybox', path.join(bin, applet));
    execFileSync('tar', ['-C', path.join(folder, 'root'), '-cf', path.join(folder, 'root.tar'), '.']);
    await docker(['import', path.join(folder, 'root.tar'), image]);
    await docker(['import', '--change', 'ENV OTHER=yes', path.join(folder, 'root.tar'), otherImage]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Removes everything whose name begins with this run's prefix. */
export async function tearDown(): Promise<void> {
  const list = async (...args: string[]): Promise<string[]> =>
    (await docker(args)).stdout.split('\n').filter((name) => name.startsWith(prefix));
  for (const name of await list('ps', '-a', '--format', '{{.Names}}'))
    await docker(['rm', '--force', '--volumes', name]);
  for (const name of await list('network', 'ls', '--format', '{{.Name}}')) await docker(['network', 'rm', name]);
  for (const name of await list('volume', 'ls', '--format', '{{.Name}}')) await docker(['volume', 'rm', name]);
  for (const name of await list('images', '--format', '{{.Repository}}:{{.Tag}}'))
    await docker(['rmi', '--force', name]);
}

/** One field of a container by a template of the docker client. */
export async function look(container: string, template: string): Promise<string> {
  return (await docker(['inspect', '--format', template, container])).stdout.trim();
}

function isStatic(file: string): boolean {
  try {
    execFileSync('ldd', [file], { stdio: 'ignore' });
    return false;
  } catch {
    return true;
  }
}
