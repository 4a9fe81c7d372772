import * as fs from 'node:fs';
import * as path from 'node:path';
import { docker, inspectContainer } from '../clients/docker/docker';
import { labels } from '../clients/docker/labels';
import { withRegistryLogin } from '../clients/registry/login';
import { projectRoot } from '../base/paths';
import { foundImages } from '../stacks/images';
import { ports, prefix } from '../test/end-to-end/isolate';
import { platformOf } from '../test/end-to-end/shop';
import { succeed, type Finished } from './command';
import { benchPorts, folderOf, others, plain, type Setting } from './setting';
import { releaseOf } from './shop';

const environments = ['staging', 'production'] as const;
const label = `${labels.instance}=${prefix}`;

/** Where what is run by hand serves in production. */
export const byHandUrl = `http://localhost:${benchPorts.compose}`;

/** Staging and production by hand: a network each, with the shop's frontend in it. */
export class ByHand {
  private constructor(
    private readonly setting: Setting,
    private readonly script: string,
    private readonly env: NodeJS.ProcessEnv,
  ) {}

  static async make(setting: Setting): Promise<ByHand> {
    const frontend = await inspectContainer(await releaseOf('staging', 'frontend'));
    for (const environment of environments) {
      const network = `${others}-${environment}`;
      await docker(['network', 'create', '--label', label, network]);
      await docker([
        ...['run', '--detach', '--name', `${network}-frontend`, '--label', label, '--env', 'PORT=80'],
        ...['--network', network, '--network-alias', 'frontend', frontend?.Image ?? ''],
      ]);
    }
    const folder = folderOf(setting, 'by-hand');
    fs.mkdirSync(folder, { recursive: true });
    const request = path.join(folder, 'request.json');
    fs.writeFileSync(request, JSON.stringify(browserCheck()));
    return new ByHand(setting, path.join(__dirname, 'rows', 'by-hand.sh'), {
      BASE_IMAGE: foundImages()['node'],
      LABEL: label,
      NETWORK: others,
      TOOLS: (await inspectContainer(`${prefix}-pipelines`))?.Image,
      REQUEST: request,
      STAGING_PORT: String(benchPorts.composeFrontend),
      PRODUCTION_PORT: String(benchPorts.compose),
    });
  }

  /** Does all the steps with what a repository holds now. @param name of this delivery, good for a tag */
  async deliver(repository: string, name: string): Promise<Finished> {
    const { registry } = await platformOf(this.setting.world);
    const login = { username: registry.username ?? '', password: registry.password ?? '' };
    const own = {
      SOURCE: repository,
      FOLDER: folderOf(this.setting, `by-hand/${name}`),
      IMAGE: `localhost:${ports.registry}/by-hand:${name}`,
    };
    fs.rmSync(own.FOLDER, { recursive: true, force: true });
    return withRegistryLogin(`localhost:${ports.registry}`, login, (env) =>
      succeed(['sh', this.script], plain(this.setting, { ...this.env, ...own, ...env })),
    );
  }

  async end(): Promise<void> {
    for (const environment of environments) {
      const network = `${others}-${environment}`;
      for (const service of ['frontend', 'discounts']) {
        await docker(['rm', '--force', '--volumes', `${network}-${service}`], { allowFailure: true });
      }
      await docker(['network', 'rm', network], { allowFailure: true });
    }
  }
}

/** What production's gate asks of the browser check, with the addresses of the network by hand. */
function browserCheck(): unknown {
  return {
    name: 'shop',
    type: 'browser',
    environment: 'staging',
    candidate: {},
    urls: { frontend: 'http://frontend', discounts: 'http://discounts' },
    settings: { scenario: fs.readFileSync(path.join(projectRoot, 'checks', 'scenarios', 'storedog.ts'), 'utf8') },
    timeLimitSeconds: 120,
    evidence: '/tmp/evidence',
  };
}
