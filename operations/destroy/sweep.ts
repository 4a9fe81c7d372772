import { docker, type OnEngine } from '../../clients/docker/docker';
import { dockerSays } from '../../clients/docker/words';
import { labels } from '../../clients/docker/labels';

/** The kinds of objects that an engine holds, in the order in which they can be removed. */
export const kinds = ['container', 'network', 'volume', 'image'] as const;
export type ObjectKind = (typeof kinds)[number];

/** An object of ours in an engine. */
export interface OwnObject {
  /** The engine. @default this machine's own */
  on?: OnEngine;
  kind: ObjectKind;
  /** What it is removed by. */
  id: string;
  /** What people know it by. */
  name: string;
}

/** Which objects are ours. */
export interface Scope {
  /** Name prefix: label sluice.instance. */
  instance: string;
  /** Stacks whose objects are meant; undefined: everything of the instance. */
  stacks?: readonly string[];
  /** The engine. @default this machine's own */
  on?: OnEngine;
  /**
   * Images too: those with our label and, of a registry that is ours, all by its address as images name it; of another one,
   * those of its repositories that are ours alone. Undefined: leave images alone.
   */
  images?: OurImages;
  /** Drone's host and port: what its runner left of broken-off builds carries it. Undefined: leave builds alone. */
  drone?: string;
}

/** What makes an image ours that does not carry our label. */
export interface OurImages {
  registry?: string;
  repositories?: readonly string[];
}

/** A line of `docker … ls` with the columns that are asked for below. */
interface Row {
  id: string;
  name: string;
  stack: string;
}

/** `{{.ID}}` and friends by kind; the stack's label last. */
const columns: Readonly<Record<Exclude<ObjectKind, 'image'>, string>> = {
  container: '{{.ID}}\t{{.Names}}',
  network: '{{.ID}}\t{{.Name}}',
  volume: '{{.Name}}\t{{.Name}}',
};

/** Everything in an engine that is ours, in the order in which it can be removed. */
export async function findOurs(scope: Scope): Promise<OwnObject[]> {
  const { on = {} } = scope;
  const found: OwnObject[] = [];
  for (const kind of ['container', 'network', 'volume'] as const) {
    const own = await list(kind, `${labels.instance}=${scope.instance}`, on);
    const builds = scope.drone === undefined ? [] : await list(kind, `io.drone.system.host=${scope.drone}`, on);
    for (const { id, name } of unique([...inStacks(own, scope.stacks), ...builds])) found.push({ on, kind, id, name });
  }
  if (scope.images !== undefined) {
    const labelled = await listImages(['--filter', `label=${labels.instance}=${scope.instance}`], on);
    const names = oursAmong(await listImages([], on), labelled, scope.images);
    found.push(...names.map((name): OwnObject => ({ on, kind: 'image', id: name, name })));
  }
  return found;
}

/** Objects of the stacks that are meant. */
export function inStacks(rows: readonly Row[], stacks: readonly string[] | undefined): Row[] {
  return stacks === undefined ? [...rows] : rows.filter(({ stack }) => stacks.includes(stack));
}

function unique(rows: readonly Row[]): Row[] {
  return [...new Map(rows.map((row) => [row.id, row])).values()];
}

async function list(kind: Exclude<ObjectKind, 'image'>, label: string, on: OnEngine): Promise<Row[]> {
  const format = `${columns[kind]}\t{{.Label "${labels.stack}"}}`;
  const all = kind === 'container' ? ['--all', '--no-trunc'] : kind === 'network' ? ['--no-trunc'] : [];
  const { stdout } = await docker([kind, 'ls', ...all, '--filter', `label=${label}`, '--format', format], on);
  return lines(stdout).map(([id = '', name = '', stack = '']) => ({ id, name, stack }));
}

/** One name of one image. */
export interface ImageTag {
  id: string;
  repository: string;
  tag: string;
  digest: string;
}

async function listImages(filters: readonly string[], on: OnEngine): Promise<ImageTag[]> {
  const format = '{{.ID}}\t{{.Repository}}\t{{.Tag}}\t{{.Digest}}';
  const { stdout } = await docker(
    ['image', 'ls', '--all', '--digests', '--no-trunc', '--format', format, ...filters],
    on,
  );
  return lines(stdout).map(([id = '', repository = '', tag = '', digest = '']) => ({ id, repository, tag, digest }));
}

/**
 * Names of images in our registry are removed one by one, so that an image that somebody also named otherwise stays
 * under that name. Images that we built carry our label; nameless ones of them go by their id.
 */
export function oursAmong(
  all: readonly ImageTag[],
  labelled: readonly ImageTag[],
  { registry, repositories = [] }: OurImages,
): string[] {
  const none = '<none>';
  const inRegistry = (name: string): boolean => registry !== undefined && name.startsWith(`${registry}/`);
  const named = all
    .filter(({ repository }) => inRegistry(repository) || repositories.includes(repository))
    .map(({ repository, tag, digest }) =>
      tag === none ? (digest === none ? undefined : `${repository}@${digest}`) : `${repository}:${tag}`,
    )
    .filter((name) => name !== undefined);
  const built = labelled.map(({ id, repository, tag }) =>
    repository === none || tag === none ? id : `${repository}:${tag}`,
  );
  const outside = built.filter((name) => !inRegistry(name));
  return [...new Set([...named, ...outside])];
}

function lines(text: string): string[][] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.split('\t'));
}

const removal: Readonly<Record<ObjectKind, readonly string[]>> = {
  container: ['rm', '--force', '--volumes'],
  network: ['network', 'rm'],
  volume: ['volume', 'rm', '--force'],
  // Not forced: an image that a container of somebody else runs stays.
  image: ['image', 'rm'],
};

/**
 * Removes objects, again and again while that gets any further: an image goes only after those that were built on it.
 * @returns what is still there
 */
export async function remove(objects: readonly OwnObject[]): Promise<OwnObject[]> {
  let left = [...objects];
  for (;;) {
    const failed: OwnObject[] = [];
    for (const object of left) {
      const { code, stderr } = await docker([...removal[object.kind], object.id], { ...object.on, allowFailure: true });
      if (code !== 0 && !dockerSays(stderr, 'absent')) failed.push(object);
    }
    if (failed.length === 0 || failed.length === left.length) return failed;
    left = failed;
  }
}
