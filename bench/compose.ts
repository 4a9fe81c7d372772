import * as fs from 'node:fs';
import * as path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { stringify } from 'yaml';
import { docker } from '../clients/docker/docker';
import { labels } from '../clients/docker/labels';
import { prefix } from '../test/end-to-end/isolate';
import { succeed, type Finished } from './command';
import type { ComposeService } from './compose-service';
import { folderOf, plain, type Setting } from './setting';

/** Finds docker's compose plugin, else the program of that name. */
export async function findCompose(): Promise<readonly string[] | undefined> {
  if ((await docker(['compose', 'version'], { allowFailure: true })).code === 0) return ['docker', 'compose'];
  const folders = (process.env['PATH'] ?? '').split(path.delimiter);
  return folders.some((folder) => fs.existsSync(path.join(folder, 'docker-compose'))) ? ['docker-compose'] : undefined;
}

/** A project of docker-compose's; its objects have the label of the bench's Sluice, so that they go with it. */
export class ComposeProject {
  private readonly folder: string;

  constructor(
    private readonly setting: Setting,
    private readonly command: readonly string[],
    readonly name: string,
  ) {
    this.folder = folderOf(setting, name);
    fs.mkdirSync(this.folder, { recursive: true });
  }

  /** Writes the project's file. @param files further ones in its folder */
  write(services: Readonly<Record<string, ComposeService>>, files: Readonly<Record<string, string>> = {}): void {
    const own = { [labels.instance]: prefix };
    const all = Object.entries(services).map(([name, service]): [string, ComposeService] => [
      name,
      { ...service, labels: own },
    ]);
    const text = stringify({
      version: '2.4',
      services: Object.fromEntries<ComposeService>(all),
      networks: { default: { labels: own } },
    });
    // A dollar begins a variable there.
    fs.writeFileSync(path.join(this.folder, 'docker-compose.yml'), text.replaceAll('$', '$$$$'));
    for (const [file, content] of Object.entries(files)) fs.writeFileSync(path.join(this.folder, file), content);
  }

  /** `docker-compose up -d` */
  up(): Promise<Finished> {
    return this.run('up', '-d');
  }

  /** Takes containers and network away, and waits until they are gone. */
  down(): Promise<Finished> {
    return this.run('down', '--volumes', '--timeout', '15');
  }

  /** Waits until all containers are healthy. @returns seconds */
  async untilHealthy(): Promise<number> {
    const began = performance.now();
    const { output } = await this.run('ps', '-q');
    const ids = output.split('\n').filter((line) => /^[0-9a-f]{12,}$/.test(line));
    for (;;) {
      const { stdout } = await docker(['inspect', '--format', '{{.State.Health.Status}}', ...ids]);
      const states = stdout.trim().split('\n');
      if (states.every((state) => state === 'healthy')) return (performance.now() - began) / 1000;
      if (performance.now() - began > 120_000) throw new Error(`${this.name} is not healthy: ${states.join(', ')}`);
      this.setting.signal.throwIfAborted();
      await sleep(100);
    }
  }

  private run(...args: string[]): Promise<Finished> {
    return succeed([...this.command, '-p', this.name, ...args], plain(this.setting, {}, this.folder));
  }
}
