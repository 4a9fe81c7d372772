import { officialImages } from './items/official-images';
import { installedPlugins, pluginBundles } from './items/plugins';
import { pulumiCompiled, pulumiDownload } from './items/pulumi';
import { builtImages } from './items/service-images';
import { officialDockerClient, ownDockerClient, toolsImage } from './items/tools-image';
import { projectRoot } from '../base/paths';
import type { Part } from './part';
import { readProgram } from './program-files';
import type { ItemSource, UpstreamName } from './sources';

/** What the program takes from the toolchain by name. */
export type ToolchainImage = 'registry' | 'gogs' | 'gitea' | 'drone' | 'runner' | 'edge' | 'node' | 'tools';
export type ItemName = 'pulumi' | 'plugins' | ToolchainImage;

/** Something that a machine needs, and the ways to get it in order of preference. */
export interface Item {
  name: ItemName;
  /** What a person reads. */
  title: string;
  /** Where the machine has it from elsewhere, so that no way is needed. */
  elsewhere?: string;
  /** Which upstreams the ways differ by. */
  upstreams: UpstreamName[];
  /** The part for given sources, or undefined when those have it in no form. */
  part(sources: Record<UpstreamName, ItemSource>): Part | undefined;
}

/** What of this machine changes the catalogue. */
export interface MachineFacts {
  platform: NodeJS.Platform;
  architecture: string;
  /** The engine's processor in the words of images. @default this machine's: an engine that is installed here has it */
  engine?: string;
  /** Folder of a Pulumi of the exact version that was there already. */
  pulumi?: string;
  /** What stands in front of official images: `sluice:imageMirror`. @default none */
  imageMirror?: string;
}

/** Everything that a machine needs besides the engine and Node. */
export function catalogue(machine: MachineFacts): Item[] {
  const bySource = <T>(source: ItemSource, upstream: T, registries: T): T =>
    source === 'upstream' ? upstream : registries;
  const hostPulumi = (source: ItemSource): Part | undefined =>
    machine.pulumi !== undefined
      ? undefined
      : bySource(source, pulumiDownload(machine.platform, machine.architecture), pulumiCompiled);
  const official = officialImages(machine.imageMirror);
  const image = (name: Exclude<ToolchainImage, 'gogs' | 'tools'>, title: string): Item => ({
    name,
    title,
    upstreams: ['images'],
    part: ({ images }) => bySource(images, official[name], builtImages[name]),
  });
  const program = readProgram(projectRoot);
  // In Node's words, which are those of npm and of Pulumi's downloads.
  const engine = machine.engine === undefined ? machine.architecture : nodeArchitecture(machine.engine);
  return [
    {
      name: 'pulumi',
      title: 'Pulumi CLI',
      elsewhere: machine.pulumi,
      upstreams: ['pulumi'],
      part: ({ pulumi }) => hostPulumi(pulumi),
    },
    {
      name: 'plugins',
      title: 'Pulumi plugins',
      upstreams: ['pulumi'],
      part: ({ pulumi }) =>
        installedPlugins(hostPulumi(pulumi), machine.pulumi, bySource(pulumi, undefined, pluginBundles)),
    },
    image('registry', 'image registry'),
    {
      name: 'gogs',
      title: 'git host Gogs',
      upstreams: ['images'],
      part: ({ images }) => bySource(images, official.gogs, undefined),
    },
    image('gitea', 'git host Gitea'),
    image('drone', 'CI server Drone'),
    image('runner', 'Drone runner'),
    image('edge', 'edge HAProxy'),
    image('node', 'Node base image'),
    {
      name: 'tools',
      title: 'tools image',
      upstreams: ['images', 'pulumi'],
      part: ({ images, pulumi }) =>
        toolsImage({
          node: bySource(images, official.node, builtImages.node),
          pulumi: bySource(pulumi, pulumiDownload('linux', engine), pulumiCompiled),
          dockerClient: bySource(images, officialDockerClient(official.dockerClient, engine), ownDockerClient()),
          architecture: engine,
          bundles: bySource(pulumi, undefined, pluginBundles),
          program,
        }),
    },
  ];
}

/** The ways to get an item: each combination of the sources it depends on, upstream first, without doubles. */
export function waysOf(item: Item, wish: ItemSource | 'auto'): Part[] {
  const sources: ItemSource[] = wish === 'auto' ? ['upstream', 'registries'] : [wish];
  const parts = sources
    .flatMap((images) => sources.map((pulumi) => item.part({ images, pulumi })))
    .filter((part) => part !== undefined);
  return [...new Map(parts.map((part) => [part.id, part])).values()];
}

/** An architecture of images in Node's words. */
function nodeArchitecture(architecture: string): string {
  return architecture === 'amd64' ? 'x64' : architecture;
}
