import * as fs from 'node:fs';
import * as path from 'node:path';
import { docker } from '../clients/docker/docker';
import { labels } from '../clients/docker/labels';
import { withRegistryLogin } from '../clients/registry/login';
import { projectRoot } from '../base/paths';
import { foundImages } from '../stacks/images';
import { ports, prefix } from '../test/end-to-end/isolate';
import { platformOf } from '../test/end-to-end/shop';
import { folderOf, type Setting } from './setting';

/** How a release of the bench behaves: well, or in a way for which it must be refused or taken back. */
export type Behaviour = 'good' | 'exits' | 'unhealthy' | 'fails watched';

/** A release of the bench's service. */
export interface BenchRelease {
  /** What it answers with. */
  name: string;
  behaviour: Behaviour;
  /** `localhost:PORT/discounts:bench-1` */
  image: string;
}

/** The registry's repository: that of a service of the sample, which has accounts already. */
export const repository = 'discounts';
const bad = ['exits', 'unhealthy', 'fails watched'] as const;
/** What test/cutover/shop.cjs is told. */
const told: Readonly<Record<Behaviour, string>> = {
  good: '',
  exits: 'EXITS=1',
  unhealthy: 'ILL=1',
  'fails watched': 'WATCHED=1',
};

/** How so many releases behave, the first one well and every third one not: of 30 ten, of each kind at least three. */
export function behaviours(count: number): Behaviour[] {
  return Array.from({ length: count }, (_, index) =>
    index % 3 === 1 ? (bad[Math.floor(index / 3) % bad.length] ?? 'exits') : 'good',
  );
}

/** Builds releases and pushes them into the registry, each under a tag of its own. */
export async function pushReleases(setting: Setting, all: readonly Behaviour[]): Promise<BenchRelease[]> {
  const folder = folderOf(setting, 'releases');
  fs.mkdirSync(folder, { recursive: true });
  for (const file of ['test/cutover/shop.cjs', 'storedog/discounts/src/healthcheck.sh']) {
    fs.copyFileSync(path.join(projectRoot, file), path.join(folder, path.basename(file)));
  }
  const releases = all.map((behaviour, index): BenchRelease => {
    const name = `release-${index + 1}`;
    return { name, behaviour, image: `localhost:${ports.registry}/${repository}:bench-${index + 1}` };
  });
  const { registry } = await platformOf(setting.world);
  const login = { username: registry.username ?? '', password: registry.password ?? '' };
  await withRegistryLogin(`localhost:${ports.registry}`, login, async (env) => {
    for (const { name, behaviour, image } of releases) {
      setting.signal.throwIfAborted();
      const dockerfile = path.join(folder, 'Dockerfile');
      fs.writeFileSync(dockerfile, dockerfileOf(name, behaviour));
      await docker(['build', '--quiet', '--tag', image, folder], { env });
      await docker(['push', '--quiet', image], { env });
    }
  });
  return releases;
}

/** What differs comes last, so that all share their layers. */
function dockerfileOf(name: string, behaviour: Behaviour): string {
  return `${[
    `FROM ${foundImages()['node'] ?? ''}`,
    'WORKDIR /app',
    'COPY shop.cjs healthcheck.sh ./',
    'USER 1000:1000',
    'EXPOSE 8080',
    'HEALTHCHECK --interval=1s --timeout=30s --start-period=10s --retries=3 CMD ["bash", "healthcheck.sh"]',
    'CMD ["node", "shop.cjs"]',
    `LABEL ${labels.instance}=${prefix} sluice.commit.message="${name}, ${behaviour}"`,
    `ENV NAME=${name} ${told[behaviour]}`.trimEnd(),
  ].join('\n')}\n`;
}
