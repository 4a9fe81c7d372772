import * as fs from 'node:fs';
import * as path from 'node:path';
import { stringify } from 'yaml';
import type { RegistryClient } from '../clients/registry/client';
import { registryOf } from '../test/end-to-end/shop';
import { ComposeProject } from './compose';
import { asCompose, inspected } from './compose-service';
import { fixedProxyConfig } from './fixed-proxy';
import { repository, type Behaviour, type BenchRelease } from './releases';
import { benchPorts, others, pulumi, type Setting } from './setting';
import { appPort, behindFixedProxy, edgeName, releaseOf } from './shop';
import type { Contender } from './under-load';

/** The bench's own environment, its stack, and the registry's tag that it follows. */
const environment = 'bench';
const service = 'shop';

/**
 * No default but the watch, which is off by default: it looks at the edge's figures for two seconds and asks the release
 * itself, whose answer is bad for the kind that fails when watched. People get good answers from that kind too, so that none of
 * theirs is lost by what it is.
 */
const stackFile = {
  config: {
    'sluice:services': { [service]: { repository, port: benchPorts.sluice } },
    'sluice:watch': {
      seconds: 2,
      // Who asks and who builds share this machine: everything is slow for a moment, good releases too.
      maxLatencyFactor: 100,
      checks: [{ name: 'watched', type: 'http', service, path: '/watched' }],
    },
  },
};

/** How `pulumi up` must end for a release of each kind, and what it must say. */
const ends: Readonly<Record<Behaviour, { ok: boolean; said: RegExp }>> = {
  good: { ok: true, said: /./ },
  exits: { ok: false, said: /no database: giving up/ },
  unhealthy: { ok: false, said: /is unhealthy/ },
  'fails watched': { ok: false, said: /has taken shop back/ },
};

/** An environment of Sluice's that follows a tag of the registry: a deployment moves the tag and is one `pulumi up`. */
export class SluiceContender implements Contender {
  readonly name = 'Sluice';
  readonly url = `http://localhost:${benchPorts.sluice}`;

  private constructor(
    private readonly setting: Setting,
    private readonly registry: RegistryClient,
  ) {}

  /** Brings the environment up with its first release. */
  static async make(setting: Setting, first: BenchRelease): Promise<SluiceContender> {
    const contender = new SluiceContender(setting, await registryOf(setting.world));
    await contender.offer(first);
    fs.writeFileSync(contender.file, stringify(stackFile));
    const { code, all } = await setting.world.run('up', environment);
    if (code !== 0) throw new Error(`the environment ${environment} did not come up:\n${all.slice(-1000)}`);
    return contender;
  }

  async deploy(release: BenchRelease): Promise<void> {
    await this.offer(release);
    const { code, output } = await pulumi(this.setting, 'up', environment);
    const { ok, said } = ends[release.behaviour];
    if ((code === 0) === ok && said.test(output)) return;
    throw new Error(
      `${release.name}, ${release.behaviour}: pulumi up ended with code ${code}:\n${withoutOutputs(output)}`,
    );
  }

  /** Takes the environment away. The stack's file goes too: it would be a change of the platform's. */
  async end(): Promise<void> {
    await this.setting.world.run('destroy', '--yes', '--without-backup', environment);
    fs.rmSync(this.file, { force: true });
  }

  private get file(): string {
    return path.join(this.setting.world.clone, `Pulumi.${environment}.yaml`);
  }

  private async offer({ image }: BenchRelease): Promise<void> {
    const tag = image.split(':').at(-1) ?? '';
    const { digest } = await this.registry.resolve(repository, tag);
    await this.registry.putTag(repository, digest, environment);
  }
}

/** The same containers by docker-compose; a deployment names another image and is one `docker-compose up -d`. */
export async function composeContender(
  setting: Setting,
  command: readonly string[],
  first: BenchRelease,
): Promise<Contender & { project: ComposeProject }> {
  const project = new ComposeProject(setting, command, `${others}-deployments`);
  const [edge, release] = await Promise.all([
    inspected(edgeName(environment, service)),
    inspected(await releaseOf(environment, service)),
  ]);
  const server = `${service}:${appPort}`;
  const files = { 'haproxy.cfg': fixedProxyConfig([{ name: service, port: benchPorts.compose, server }]) };
  const deploy = async ({ image }: BenchRelease): Promise<void> => {
    // What the image says of its environment tells the releases apart.
    const running = { ...asCompose(release), environment: [], image, stop_grace_period: '20s' };
    project.write(
      { edge: { ...asCompose(edge), ...behindFixedProxy([benchPorts.compose]) }, [service]: running },
      files,
    );
    await project.up();
  };
  await deploy(first);
  await project.untilHealthy();
  return { name: 'docker-compose', url: `http://localhost:${benchPorts.compose}`, deploy, project };
}

/** What Pulumi said, without the stack's outputs. */
function withoutOutputs(output: string): string {
  return output.replace(/^Outputs:[^]*?^Resources:/m, 'Resources:').slice(-3000);
}
