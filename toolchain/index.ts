import * as fs from 'node:fs';
import * as path from 'node:path';
import { sluice } from '../base/command';
import { UserError } from '../base/errors';
import { imagesVariable } from '../base/found-images';
import { build } from './build';
import { catalogue, type ToolchainImage, type Item, type MachineFacts } from './catalogue';
import { lacking, type ItemState, type GitHostWish } from './choose';
import { engineArchitecture, ensureEngine } from './items/engine';
import { pulumiOfThisMachine } from './items/pulumi';
import { layout as layoutOf, type Layout } from './layout';
import { withLock } from './lock';
import { closureOf, lookFor, whatIsThere } from './look';
import { planOf, type Part } from './part';
import { duration } from './progress';
import { which } from '../base/process';
import { probeByUsing, Sources, sourceWish, type UpstreamName } from './sources';
import { removeTree, Store } from './store';

export { forget } from './forget';
export { inspect, type ItemReport } from './inspect';
export type { ToolchainImage } from './catalogue';

/** What the rest of the program gets: it never asks where a thing came from. */
export interface Toolchain {
  /** For every process that runs Pulumi or docker: PATH, PULUMI_HOME, the images, and what keeps Pulumi from looking for downloads. */
  env: NodeJS.ProcessEnv;
  /** Image references by name; undefined for the git host that is not there. */
  images: Record<ToolchainImage, string | undefined>;
}

/** How `ensure` works. */
export interface EnsureOptions {
  /** Gets each line of progress. */
  say(line: string): void;
  /** Asked once before anything is brought to the machine; without it nobody is asked. */
  ask?(question: string): Promise<boolean>;
  /** Only these items of the catalogue; all by default. */
  only?: string[];
  /** Which git host must be there; by default whichever can be had, Gogs first. */
  gitHost?: GitHostWish;
  /** What stands in front of official images, `sluice:imageMirror`; nothing by default. */
  imageMirror?: string;
}

/**
 * Makes sure that this machine has everything, and brings what is missing. Looks only, in well under a second, when all is
 * there. May be killed at any time and run again.
 * @throws UserError when something is missing that cannot be brought, or the person said no
 */
export async function ensure(options: EnsureOptions): Promise<Toolchain> {
  const layout = layoutOf();
  const machine = await thisMachine(layout, options.imageMirror);
  const gitHost = options.gitHost ?? 'any';
  const first = await look(machine, layout, options.only);
  // Whether Gogs could be had matters only when no git host is there, and then there is something to do anyway.
  const found = lacking(first, gitHost, true).length === 0 ? first : await bring(options, gitHost, machine, layout);
  return toolchainOf(found, machine, layout);
}

async function bring(
  options: EnsureOptions,
  gitHost: GitHostWish,
  before: MachineFacts,
  layout: Layout,
): Promise<ItemState[]> {
  const say = (line: string): void => options.say(line);
  return withLock(
    layout.lock,
    (holder) => say(`toolchain: process ${holder.pid} is at it already, waiting for it`),
    async () => {
      new Store(layout.store, layout.temporary).sweep();
      await ensureEngine(say);
      // It may have been installed or started just now.
      const machine = { ...before, engine: await engineArchitecture() };
      const found = await look(machine, layout, options.only);
      const { imageMirror: mirror } = machine;
      const probe = (name: UpstreamName): Promise<boolean> => probeByUsing(name, mirror);
      const sources = new Sources(layout.sources, sourceWish(), probe, undefined, mirror);
      const hasGogs = lacking(found, gitHost, true).length > 0 && (await sources.of('images')) === 'upstream';
      const wanted: Part[] = [];
      for (const item of lacking(found, gitHost, hasGogs)) wanted.push(await partOf(item, sources));
      const isThere = await whatIsThere(closureOf(wanted), layout);
      const plan = planOf(wanted, isThere);
      if (plan.length > 0) {
        await confirm(plan, options);
        await build(plan, layout, say);
      }
      // Compilers' caches are large, and of no use once everything is there; until then the next parts need them.
      if (lacking(await look(machine, layout, undefined), gitHost, true).length === 0) removeTree(layout.go);
      return look(machine, layout, options.only);
    },
  );
}

async function partOf(item: Item, sources: Sources): Promise<Part> {
  const images = item.upstreams.includes('images') ? await sources.of('images') : 'registries';
  const pulumi = item.upstreams.includes('pulumi') ? await sources.of('pulumi') : 'registries';
  const part = item.part({ images, pulumi });
  if (part === undefined)
    throw new UserError(
      `${item.title} is not on this machine, and cannot be had from package registries`,
      'load its image by hand (docker load), or choose the git host gitea',
    );
  return part;
}

async function confirm(plan: readonly Part[], options: EnsureOptions): Promise<void> {
  const seconds = plan.reduce((sum, part) => sum + part.seconds, 0);
  const summary = `${plan.length} things are missing on this machine (about ${duration(seconds)}; only the first time)`;
  options.say(`toolchain: ${summary}`);
  if (options.ask === undefined) return;
  for (const part of plan) options.say(`  ${part.title}`);
  if (!(await options.ask('Install them now?')))
    throw new UserError('nothing was installed', `run it again when you agree, or see: ${sluice('doctor')}`);
}

async function thisMachine(layout: Layout, imageMirror: string | undefined): Promise<MachineFacts> {
  const [pulumi, engine] = await Promise.all([pulumiOfThisMachine(layout.root), engineArchitecture()]);
  return { platform: process.platform, architecture: process.arch, engine, pulumi, imageMirror };
}

function look(machine: MachineFacts, layout: Layout, only: string[] | undefined): Promise<ItemState[]> {
  const items = catalogue(machine).filter(({ name }) => only === undefined || only.includes(name));
  return lookFor(items, layout, sourceWish());
}

function toolchainOf(found: readonly ItemState[], machine: MachineFacts, layout: Layout): Toolchain {
  const present = (name: string): Part | undefined => found.find(({ item }) => item.name === name)?.present;
  const image = (name: ToolchainImage): string | undefined => present(name)?.id;
  const pulumi = present('pulumi');
  const pulumiFolder = pulumi === undefined ? machine.pulumi : path.join(layout.store, pulumi.id);
  const images: Toolchain['images'] = {
    registry: image('registry'),
    gogs: image('gogs'),
    gitea: image('gitea'),
    drone: image('drone'),
    runner: image('runner'),
    edge: image('edge'),
    node: image('node'),
    tools: image('tools'),
  };
  return {
    env: {
      PATH: pathWith(pulumiFolder, process.env['PATH'] ?? ''),
      PULUMI_HOME: layout.pulumiHome,
      PULUMI_SKIP_UPDATE_CHECK: 'true',
      PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: 'true',
      [imagesVariable]: JSON.stringify(images),
    },
    images,
  };
}

/**
 * PATH with Pulumi first, and with this process's own Node where another or none would be found. Node's folder is put
 * forward only then: it often holds other programs too, and would change which of two is found.
 */
function pathWith(pulumiFolder: string | undefined, before: string): string {
  const found = which('node');
  const isOurs = found !== undefined && fs.realpathSync(found) === fs.realpathSync(process.execPath);
  const folders = [pulumiFolder, ...(isOurs ? [] : [path.dirname(process.execPath)])];
  return [...new Set([...folders.filter((folder) => folder !== undefined), ...before.split(':')])].join(':');
}
