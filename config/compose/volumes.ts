import { readFiles } from './beside';
import type { Context, Draft } from './draft';
import type { Node } from './node';
import { mebibytesOf } from './units';
import { at, entriesOf, flagOf, membersOf, refuse, refuseOthers, textOf, type Spot } from './values';

/** One volume of a service, whichever way it is written. */
export interface Mount {
  type: 'volume' | 'bind' | 'tmpfs';
  /** Name of a volume, or path; none of what is temporary. */
  source: string;
  target: string;
  readOnly: boolean;
  /** Options of a temporary one: `size=64m`. */
  options: string;
}

/**
 * Reads one volume, `data:/var/lib/data:ro` or the long form.
 * @returns undefined when it is refused, which has been said
 */
export function mountOf(spot: Spot): Mount | undefined {
  if (spot.node.kind === 'map') return longMount(spot);
  const text = textOf(spot);
  if (text === undefined) return undefined;
  const [source = '', target, options = ''] = text.split(':');
  if (target === undefined) return refuse(spot, nameless);
  if (!target.startsWith('/')) return refuse(spot, `"${target}" must be a path in the container, from its root`);
  const type = /^[./~]/.test(source) ? 'bind' : 'volume';
  return { type, source, target, readOnly: options.split(',').includes('ro'), options: '' };
}

const nameless =
  'has no name, so that what it holds would be lost with each release; write "data:/path", and "data:" under "volumes"';

function longMount(spot: Spot): Mount | undefined {
  const { node, where, problems } = spot;
  refuseOthers(spot, {
    type: undefined,
    source: undefined,
    target: undefined,
    read_only: undefined,
    bind: undefined,
    volume: undefined,
    tmpfs: undefined,
    consistency: undefined,
    image: 'mounts an image; put its files into the image of the service',
  });
  const field = (...keys: string[]): Spot | undefined => {
    const value = at(node, ...keys);
    return value === undefined ? undefined : { node: value, where: [where, ...keys].join('.'), problems };
  };
  const textAt = (...keys: string[]): string | undefined => {
    const each = field(...keys);
    return each === undefined ? undefined : textOf(each);
  };
  for (const key of ['nocopy', 'subpath']) {
    const option = field('volume', key);
    if (option !== undefined && textOf(option) !== 'false')
      refuse(option, 'is not known here; mount the volume as it is');
  }
  const type = textAt('type');
  const target = textAt('target');
  if (target?.startsWith('/') !== true) return refuse(spot, 'must say a target, a path in the container from its root');
  if (type !== 'volume' && type !== 'bind' && type !== 'tmpfs') {
    return refuse(spot, `is of type ${type ?? 'none'}; there are volume, bind and tmpfs`);
  }
  const source = textAt('source') ?? '';
  if (source === '' && type !== 'tmpfs') return refuse(spot, nameless);
  const readOnly = field('read_only');
  const bytes = textAt('tmpfs', 'size');
  const size = bytes === undefined ? undefined : mebibytesOf(bytes);
  return {
    type,
    source,
    target,
    readOnly: readOnly !== undefined && flagOf(readOnly) === true,
    options: size === undefined ? '' : `size=${size}m`,
  };
}

/** Places of the host that nobody should be given, and why. */
const places: readonly [RegExp, string][] = [
  [/docker\.sock$/, "is the engine's socket: whoever has it has the whole machine, production's containers too"],
  [
    /^\/etc\/(localtime|timezone)$/,
    'is a file of the machine, and not on every machine the same; set TZ in "environment"',
  ],
  [/^\/(proc|sys|dev)?(\/|$)/, 'shows the machine to a container; watch the machine from outside of environments'],
  [/^~/, "is in somebody's home"],
];

/** `volumes` */
export function readVolumes(spot: Spot, context: Context): Draft {
  const draft: Required<Pick<Draft, 'volumes' | 'readOnlyVolumes' | 'files' | 'tmpfs'>> = {
    volumes: {},
    readOnlyVolumes: [],
    files: {},
    tmpfs: {},
  };
  for (const member of membersOf(spot)) {
    const mount = mountOf(member);
    if (mount === undefined) continue;
    if (mount.type === 'tmpfs') draft.tmpfs[mount.target] = mount.options;
    else if (mount.type === 'bind') Object.assign(draft.files, bound(member, mount, context));
    else if (isDeclared(member, mount.source, context)) {
      draft.volumes[mount.target] = mount.source;
      if (mount.readOnly) draft.readOnlyVolumes.push(mount.target);
    }
  }
  return Object.fromEntries(Object.entries(draft).filter(([, value]) => Object.keys(value).length > 0));
}

/** Files that are only read are given to the container; all else is a folder of one machine. */
function bound(spot: Spot, { source, target, readOnly }: Mount, context: Context): Draft['files'] | undefined {
  const [, why] = places.find(([pattern]) => pattern.test(source)) ?? [];
  if (why !== undefined) return refuse(spot, `${source} ${why}`);
  if (source.startsWith('/')) {
    return refuse(spot, `${source} is a folder of one machine; use a named volume, or a file beside the compose file`);
  }
  if (!readOnly) {
    const advice =
      'what is written belongs into a named volume, code into the image (docker-compose.override.yml, which ' +
      'Sluice does not read, is the place for what you mount at your desk), and files that are only read get ":ro"';
    return refuse(spot, `${source} is a folder of this machine that the service may write to: ${advice}`);
  }
  return readFiles(spot, source, target, context);
}

function isDeclared(spot: Spot, name: string, { document }: Context): boolean {
  const volumes = at(document, 'volumes');
  if (volumes?.kind === 'map' && volumes.entries.has(name)) return true;
  refuse(spot, `there is no volume "${name}"; write "${name}:" under "volumes"`);
  return false;
}

/** The file's own volumes: those that an environment makes for itself. */
export function refuseForeignVolumes(spot: Spot, used: ReadonlySet<string>): void {
  for (const [name, volume] of entriesOf(spot)) {
    if (!used.has(name)) continue;
    refuseOthers(volume, {
      name: undefined,
      labels: undefined,
      driver: undefined,
      external: undefined,
      driver_opts: "places a volume somewhere; an environment's volumes are the engine's own",
    });
    const external = at(volume.node, 'external');
    if (external !== undefined && isTrue(external)) {
      refuse(
        { ...volume, node: external, where: `${volume.where}.external` },
        'is of somebody else; an environment makes its volumes itself',
      );
    }
    const driver = at(volume.node, 'driver');
    if (driver !== undefined && textOf({ ...volume, node: driver }) !== 'local') {
      refuse({ ...volume, node: driver, where: `${volume.where}.driver` }, "is not the engine's own, local");
    }
  }
}

/** `external` is true, or the mapping of old files. */
export function isTrue(node: Node): boolean {
  return node.kind === 'map' || (node.kind === 'scalar' && String(node.value) === 'true');
}

/** `tmpfs` */
export function readTmpfs(spot: Spot): Draft {
  const mounts = membersOf(spot, true).flatMap((member): [string, string][] => {
    const text = textOf(member);
    if (text === undefined) return [];
    const [target = '', options = ''] = text.split(':');
    if (target.startsWith('/')) return [[target, options]];
    refuse(member, `"${target}" must be a path in the container, from its root`);
    return [];
  });
  return { tmpfs: Object.fromEntries(mounts) };
}
