import { spawn, type ChildProcess } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { docker } from '../../engine/docker';
import { debianSources } from '../../toolchain/apt';
import { which } from '../../toolchain/process';

/** A Docker engine that shares neither network nor mounts nor processes with the machine's own, and ends without a trace. */
export class OwnEngine {
  private constructor(
    readonly host: string,
    private readonly child: ChildProcess,
  ) {}

  /** @param diskMebibytes gives it a disk of its own, of this size, instead of a place on the machine's */
  static async start(folder: string, diskMebibytes?: number): Promise<OwnEngine> {
    const settings = path.join(folder, 'daemon.json');
    fs.writeFileSync(settings, '{}');
    const host = `unix://${path.join(folder, 'socket')}`;
    const log = fs.openSync(path.join(folder, 'engine.log'), 'a');
    // The kernel ends all of it, containers and mounts too, when the first process inside is killed, or these tests are.
    const own = ['--net', '--mount', '--pid', '--fork', '--kill-child', '--mount-proc'];
    const name = path.basename(folder);
    const daemon = [
      ...['dockerd', '--host', host, '--config-file', settings, '--pidfile', path.join(folder, 'pid')],
      ...['--data-root', path.join(folder, 'data'), '--exec-root', path.join(folder, 'exec')],
      ...['--containerd-namespace', name, '--containerd-plugins-namespace', `${name}-plugins`],
      ...['--bridge', 'none', '--iptables=false', '--ip-forward=false', '--ip-masq=false'],
    ];
    const data = path.join(folder, 'data');
    const mount = `mkdir -p "${data}" && mount -t tmpfs -o size=${diskMebibytes}m none "${data}" && exec "$@"`;
    const begun = diskMebibytes === undefined ? daemon : ['sh', '-c', mount, 'sh', ...daemon];
    const child = spawn('setpriv', ['--pdeathsig', 'KILL', 'unshare', ...own, ...begun], {
      detached: true,
      stdio: ['ignore', log, log],
    });
    fs.closeSync(log);
    const engine = new OwnEngine(host, child);
    for (let i = 0; i < 120 && child.exitCode === null; i += 1) {
      if ((await docker(['version'], { env: { DOCKER_HOST: host }, allowFailure: true })).code === 0) return engine;
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
    await engine.stop();
    const last = fs.readFileSync(path.join(folder, 'engine.log'), 'utf8').trim().split('\n').at(-1) ?? '';
    throw new Error(`a second engine does not start here: ${last}`);
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = new Promise((resolve) => this.child.once('exit', resolve));
    this.child.kill('SIGKILL');
    await ended;
  }
}

/** Why there can be no second engine here, or images in it; undefined when there can. */
export async function obstacleToASecondEngine(): Promise<string | undefined> {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'only root can start a second engine';
  for (const program of ['dockerd', 'setpriv', 'unshare'])
    if (which(program) === undefined) return `there is no ${program}`;
  if ((await debianSources()).length === 0) return 'images are made from packages on Debian only';
  return undefined;
}

/** Puts programs in front of the PATH that write down how they are called and then become the real ones. */
export function recorded(folder: string, calls: string, searched: string): string {
  fs.mkdirSync(folder);
  for (const name of ['docker', 'npm', 'go', 'gcc', 'cc', 'apt-get', 'dpkg-deb']) {
    const real = which(name, { PATH: searched });
    if (real === undefined) continue;
    const text = `#!/bin/sh\necho "${name} $*" >> "${calls}"\nexec "${real}" "$@"\n`;
    fs.writeFileSync(path.join(folder, name), text, { mode: 0o755 });
  }
  return `${folder}:${searched}`;
}
