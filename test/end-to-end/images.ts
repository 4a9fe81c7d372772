import * as fs from 'node:fs';
import * as path from 'node:path';
import { docker } from '../../clients/docker/docker';
import { labels } from '../../clients/docker/labels';
import { ports, prefix } from './isolate';
import { theRelease } from './engine';
import { platformOf, registryOf } from './shop';
import type { World } from './world';

const repository = `localhost:${ports.registry}/discounts`;

/** How an image differs from the one that an environment runs. */
export interface Variant {
  /** Its label `sluice.commit.message`, which makes it another digest. */
  name: string;
  /** Makes the shop's browser check fail: the code it shows is good for no basket. */
  broken?: boolean;
  /** Environment whose release it is made from. @default 'staging' */
  from?: string;
  /** Image of this engine that it is made from instead, where an environment may be in a deployment. */
  base?: string;
  /** Seconds before the service listens. */
  startSeconds?: number;
  /** It passes every check, but answers the watch, and people as the tests play them, with 500. */
  failsWatched?: boolean;
  /** It exits as soon as it is started. */
  exits?: boolean;
}

/** Loaded before the service's program: another answer for whoever says that he is sluice-watch or sluice-load. */
const failWatched = `const { Server } = require('node:http');
const emit = Server.prototype.emit;
Server.prototype.emit = function (event, request, response) {
  if (event !== 'request' || !/^sluice-(watch|load)$/.test(request.headers['user-agent'])) return emit.apply(this, arguments);
  response.writeHead(500).end();
  return true;
};
`;

/** What the variant's container runs, in place of what its image says; none for the image's own. */
function command({ startSeconds, exits }: Variant): string[] {
  if (exits === true) return ['CMD ["sh", "-c", "echo no database: giving up; exit 3"]'];
  return startSeconds === undefined ? [] : [`CMD ["sh", "-c", "sleep ${startSeconds}; exec node src/main.js"]`];
}

/** The image of discounts that an environment runs, by digest. */
export async function imageOf(environment: string): Promise<string> {
  const { Config } = await theRelease(environment, 'discounts');
  return `${repository}@${Config.Labels?.[labels.digest] ?? ''}`;
}

/**
 * Somebody pushes an image past the pipeline: builds a variant of what an environment runs and moves a tag to it.
 * @returns its digest
 */
export async function pushVariant(world: World, tag: string, variant: Variant): Promise<string> {
  const { registry } = await platformOf(world);
  const base = variant.base ?? (await imageOf(variant.from ?? 'staging'));
  const folder = fs.mkdtempSync(path.join(world.folder, 'variant-'));
  const spoil = `const f = '/app/data/discounts.json', s = require('fs'), d = JSON.parse(s.readFileSync(f));
    for (const each of d) each.minimumAmount = 99999900; s.writeFileSync(f, JSON.stringify(d));`;
  fs.writeFileSync(path.join(folder, 'spoil.cjs'), variant.broken === true ? spoil : '');
  fs.writeFileSync(path.join(folder, 'fail-watched.cjs'), failWatched);
  fs.writeFileSync(
    path.join(folder, 'Dockerfile'),
    [
      `FROM ${base}`,
      `LABEL ${labels.instance}=${prefix} sluice.commit.message="${variant.name}"`,
      'USER 0',
      'COPY spoil.cjs /tmp/spoil.cjs',
      'RUN node /tmp/spoil.cjs',
      'USER 1000:1000',
      ...(variant.failsWatched === true
        ? ['COPY fail-watched.cjs /app/fail-watched.cjs', 'ENV NODE_OPTIONS="--require /app/fail-watched.cjs"']
        : []),
      ...command(variant),
      '',
    ].join('\n'),
  );
  const config = path.join(world.folder, 'docker-config');
  fs.mkdirSync(config, { recursive: true });
  const env = { DOCKER_CONFIG: config };
  const { username = '', password = '' } = registry;
  await docker(['login', '--username', username, '--password-stdin', `localhost:${ports.registry}`], {
    input: password,
    env,
  });
  await docker(['build', '--quiet', '--tag', `${repository}:${tag}`, folder], { env });
  await docker(['push', '--quiet', `${repository}:${tag}`], { env });
  return (await (await registryOf(world)).resolve('discounts', tag)).digest;
}
