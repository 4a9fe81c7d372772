import * as fs from 'node:fs';
import * as path from 'node:path';
import { docker } from '../../clients/docker/docker';
import { type PartContext, type Part, keyOf } from '../part';
import { goArchitecture } from './compilers';

/** Label of every image that the toolchain made; its value is the key of the recipe. */
export const toolchainLabel = 'sluice.toolchain';

/** An image made from a folder of `toolchain/images`. */
export interface ImageRecipe {
  /** Last part of the image's name: `sluice/<name>`. */
  name: string;
  /** First part of its tag; the key is the second. */
  version: string;
  title: string;
  seconds: number;
  /** Folder with the Dockerfile; the image's name by default. */
  folder?: string;
  /** What the Dockerfile starts FROM: a part, or the reference of an official image. */
  base: Part | string;
  /** Further parts whose files go into the image. */
  needs?: Part[];
  /** Build arguments besides BASE. */
  arguments?: Record<string, string>;
  /** Whatever else decides the content. */
  more?: unknown;
  /** Adds files to the build's context. */
  stage?(folder: string, context: PartContext): Promise<void> | void;
}

const recipes = path.join(__dirname, '..', 'images');

/** The image of a recipe. Its tag changes with the Dockerfile, with the files beside it and with everything below it. */
export function imagePart(recipe: ImageRecipe): Part {
  const needs = [...(typeof recipe.base === 'string' ? [] : [recipe.base]), ...(recipe.needs ?? [])];
  const base = typeof recipe.base === 'string' ? recipe.base : recipe.base.id;
  const texts = textsOf(path.join(recipes, recipe.folder ?? recipe.name));
  const key = keyOf({ base, files: texts, arguments: recipe.arguments, more: recipe.more }, needs);
  const id = `sluice/${recipe.name}:${recipe.version}-${key}`;
  return {
    name: `image-${recipe.name}`,
    kind: 'image',
    id,
    title: recipe.title,
    seconds: recipe.seconds,
    needs,
    async make(context) {
      const draft = context.store.scratch(`image-${recipe.name}`);
      for (const [name, text] of Object.entries(texts))
        fs.writeFileSync(path.join(draft, name), text, { mode: text.startsWith('#!') ? 0o755 : 0o644 });
      await recipe.stage?.(draft, context);
      context.note('building the image');
      await buildImage(context, { id, key, folder: draft, arguments: { BASE: base, ...recipe.arguments } });
      fs.rmSync(draft, { recursive: true, force: true });
    },
  };
}

/** The texts of a recipe's folder, by name. */
function textsOf(folder: string): Record<string, string> {
  const names = fs.readdirSync(folder).sort();
  return Object.fromEntries(names.map((name) => [name, fs.readFileSync(path.join(folder, name), 'utf8')]));
}

/** Runs `docker build`, with the classic builder where the client has no other. The tag is set last, on a whole image. */
export async function buildImage(
  context: PartContext,
  o: { id: string; key: string; folder: string; arguments: Record<string, string> },
): Promise<void> {
  const buildx = await docker(['buildx', 'version'], { allowFailure: true });
  const values = Object.entries(o.arguments).map(([name, value]) => `${name}=${value}`);
  // Build steps reach the network as this machine does; the proxy variables are predefined and leave no trace in the image.
  const proxies = ['http_proxy', 'https_proxy', 'no_proxy', 'HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY'];
  await context.run(
    'docker',
    [
      'build',
      '--force-rm',
      ...[...values, ...proxies.filter((name) => process.env[name] !== undefined)].flatMap((value) => [
        '--build-arg',
        value,
      ]),
      '--label',
      `${toolchainLabel}=${o.key}`,
      '--tag',
      o.id,
      o.folder,
    ],
    { env: { ...process.env, ...(buildx.code === 0 ? {} : { DOCKER_BUILDKIT: '0' }) } },
  );
}

/** Copies a tree, links kept. */
export function copyTree(from: string, to: string): void {
  fs.cpSync(from, to, { recursive: true, verbatimSymlinks: true });
}

/** Refuses an engine of another architecture than this machine: what is compiled here would not run there. */
export async function requireSameArchitecture(): Promise<void> {
  const { stdout } = await docker(['version', '--format', '{{.Server.Os}}/{{.Server.Arch}}']);
  const [engine, machine] = [stdout.trim(), `linux/${goArchitecture()}`];
  if (engine !== machine) {
    const { UserError } = await import('../../base/errors');
    throw new UserError(
      `the Docker engine runs ${engine} images, and without image downloads only ${machine} ones can be made here`,
      'use an engine on this machine (docker context use default), or a machine that can pull images',
    );
  }
}
