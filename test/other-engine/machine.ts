import { spawn, type ChildProcess } from 'node:child_process';
import * as fs from 'node:fs';
import * as net from 'node:net';
import * as os from 'node:os';
import * as path from 'node:path';
import { docker, type DockerResult } from '../../clients/docker/docker';
import { startSshHost, type SshHost } from '../ssh-host';
import { OwnEngine } from '../toolchain/own-engine';

/**
 * A machine of somebody's with a Docker engine of its own: what runs there is on no other. It has a network of its own, too; of this
 * machine it reaches one port.
 */
export class OtherMachine {
  private constructor(
    readonly ssh: SshHost,
    private readonly engine: OwnEngine,
    private readonly folder: string,
    private readonly ends: (() => unknown)[],
  ) {}

  /** @param registry `localhost:PORT`, a registry of this machine, which is reached by that name there, too */
  static async start(name: string, registry: string): Promise<OtherMachine> {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'sluice-test-engine-'));
    const engine = await OwnEngine.start(folder, undefined, { killable: true });
    const port = Number(registry.split(':')[1]);
    const ends = await relay(port, path.join(folder, 'registry'), engine.inside());
    const ssh = await startSshHost({ name, socket: engine.host.replace('unix://', '') });
    return new OtherMachine(ssh, engine, folder, ends);
  }

  /** Runs this machine's docker client on that engine. */
  docker(...args: string[]): Promise<DockerResult> {
    return docker(args, { env: { DOCKER_HOST: this.engine.host }, allowFailure: true });
  }

  /** What it answers on one of its ports, as somebody on it gets it; what went wrong when it does not. */
  async ask(port: number, page = '/'): Promise<string> {
    const program = `fetch('http://127.0.0.1:${port}${page}').then((r) => r.text()).then(console.log, (e) => console.log(String(e)))`;
    const child = inside(this.engine.inside(), ['node', '-e', program]);
    let text = '';
    child.stdout?.on('data', (chunk: Buffer) => (text += chunk.toString()));
    await new Promise((resolve) => child.on('close', resolve));
    return text.trim();
  }

  /** Takes it away with everything on it. */
  async stop(): Promise<void> {
    await this.ssh.stop();
    for (const end of this.ends) end();
    await this.engine.stop();
    fs.rmSync(this.folder, { recursive: true, force: true });
  }
}

/** A program in the network of an engine of the tests. @param pid number of a process inside */
function inside(pid: string, command: readonly string[]): ChildProcess {
  return spawn('nsenter', ['--target', pid, '--net', ...command], { stdio: ['ignore', 'pipe', 'inherit'] });
}

/** Brings a port of this machine's loopback to that of another network: networks are apart, files are not. @returns what ends it */
async function relay(port: number, socket: string, pid: string): Promise<(() => unknown)[]> {
  const here = net.createServer((client) => join(client, net.connect(port, '127.0.0.1')));
  await new Promise<void>((resolve) => void here.listen(socket, resolve));
  const program = `const net = require('node:net');
    net.createServer((client) => {
      const server = net.connect(${JSON.stringify(socket)});
      for (const one of [client, server]) one.on('error', () => { client.destroy(); server.destroy(); });
      client.pipe(server).pipe(client);
    }).listen(${port}, '127.0.0.1', () => console.log('listens'));`;
  const there = inside(pid, ['node', '-e', program]);
  await new Promise((resolve) => there.stdout?.once('data', resolve));
  return [() => there.kill('SIGKILL'), () => here.close()];
}

function join(one: net.Socket, other: net.Socket): void {
  for (const each of [one, other])
    each.on('error', () => {
      one.destroy();
      other.destroy();
    });
  one.pipe(other).pipe(one);
}
