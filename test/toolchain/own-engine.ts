import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { docker } from '../../clients/docker/docker';
import { debianSources } from '../../toolchain/apt';
import { which } from '../../base/process';

/** A Docker engine that shares neither network nor mounts nor processes with the machine's own, and ends without a trace. */
export class OwnEngine {
  private constructor(
    readonly host: string,
    private readonly folder: string,
    private readonly child: ChildProcess,
  ) {}

  /**
   * @param diskMebibytes gives it a disk of its own, of this size, instead of a place on the machine's
   * @param o.killable it is started again when it was killed, and its containers have a network
   */
  static async start(folder: string, diskMebibytes?: number, o: { killable?: boolean } = {}): Promise<OwnEngine> {
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
      // There is no way to the machine's name servers: who asks for a name outside is told so at once.
      ...['--dns', '127.0.0.1'],
    ];
    const data = path.join(folder, 'data');
    const script = [
      'set -e',
      ...(diskMebibytes === undefined
        ? []
        : [`mkdir -p "${data}"`, `mount -t tmpfs -o size=${diskMebibytes}m none "${data}"`]),
      ...(o.killable === true ? ['ip link set lo up', 'while :; do "$@" || sleep 1; done'] : ['exec "$@"']),
    ];
    const begun = ['sh', '-c', script.join('\n'), 'sh', ...daemon];
    const child = spawn('setpriv', ['--pdeathsig', 'KILL', 'unshare', ...own, ...begun], {
      detached: true,
      stdio: ['ignore', log, log],
    });
    fs.closeSync(log);
    const engine = new OwnEngine(host, folder, child);
    if (await engine.answers()) return engine;
    await engine.stop();
    const last = fs.readFileSync(path.join(folder, 'engine.log'), 'utf8').trim().split('\n').at(-1) ?? '';
    throw new Error(`a second engine does not start here: ${last}`);
  }

  /** Waits until it answers, half a minute at most. @returns whether it does */
  async answers(): Promise<boolean> {
    for (let i = 0; i < 120 && this.child.exitCode === null; i += 1) {
      if ((await docker(['version'], { env: { DOCKER_HOST: this.host }, allowFailure: true })).code === 0) return true;
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
    return false;
  }

  /** Kills (-9) the engine's own process; what runs its containers lives on. One that is killable is started again. */
  kill(): void {
    const pid = fs.readFileSync(path.join(this.folder, 'pid'), 'utf8').trim();
    execFileSync('nsenter', [...['--target', this.inside(), '--pid', '--mount'], 'kill', '-9', pid]);
  }

  /** Number, outside, of the first process inside. */
  inside(): string {
    return fs.readFileSync(`/proc/${this.child.pid}/task/${this.child.pid}/children`, 'utf8').trim();
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = new Promise((resolve) => this.child.once('exit', resolve));
    this.child.kill('SIGKILL');
    await ended;
  }
}

/** Why there can be no second engine here, or images in it; undefined when there can. @param more programs it needs besides */
export async function obstacleToASecondEngine(more: readonly string[] = []): Promise<string | undefined> {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'only root can start a second engine';
  for (const program of ['dockerd', 'setpriv', 'unshare', ...more])
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
