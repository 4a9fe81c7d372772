import * as pulumi from '@pulumi/pulumi';
import { sluice } from '../base/command';
import type { ActionOutput } from '../actions/contract';
import type { Registry, RegistryLogins } from '../components/registries';
import type { PlatformConfig } from '../config';
import type { CiName } from '../pipelines/kinds';
import { isWithoutStore, type LedgerAccess } from '../targets/place';

/** What a platform tells the environments and the verbs: its stack outputs. */
export interface PlatformOutputs {
  /** Prefix of the names of all Docker objects. */
  instance: string;
  /** The platform's Docker network; null where nothing of it runs in the engine. */
  network: string | null;
  /** Host address of published ports. */
  bind: string;
  /** `address` is what image names begin with, `url` for people, `stepsUrl` for the steps of a pipeline, `ca` PEM of a private authority. */
  registry: { kind: string; address: string; url: string; stepsUrl: string; ca?: string };
  /** Kind of the CI server; a platform of an older version does not say, and has Drone. */
  ci?: CiName;
  /** Null where it is elsewhere, as is the CI server. `stepsUrl` as for Drone. */
  gitHost: { kind: string; url: string; stepsUrl?: string; container: string } | null;
  /** `stepsUrl` for the steps of a pipeline; a platform of an older version does not say. */
  drone: { url: string; stepsUrl?: string } | null;
  /** By repository; null for one at a git host that is not the platform's. */
  repositories: Record<string, { cloneUrl: string | null; webUrl: string | null }>;
  /** Images that the platform built, by build. */
  images: Record<string, { image: string; digest: string; revision: string }>;
  toolImages: { edge: string; tools: string };
  /** What jobs of a CI server that is elsewhere run in, and checks on other machines; null where there are neither. */
  deployImage?: ActionOutput<'publish-image'> | null;
  /** What other machines run as their edge; null where no environment is on another machine's engine. */
  edgeImage?: ActionOutput<'publish-image'> | null;
}

/**
 * The stack files that jobs deploy with, where no store can be that has them: then the state does. An output, because no resource changes
 * with it.
 * @param archive makes it, see {@link stackFilesOf}
 */
export async function stackFilesOutput(
  store: string,
  backend: string | undefined,
  archive: () => Promise<Buffer>,
): Promise<{ stackFiles?: pulumi.Output<string> }> {
  return isWithoutStore(store, backend) ? { stackFiles: pulumi.secret((await archive()).toString('base64')) } : {};
}

/** What an environment knows of its platform. */
export type PlatformAccess = PlatformOutputs & {
  registryLogins: RegistryLogins;
  /** How the ledgers of its environments are reached. */
  ledgers: LedgerAccess;
};

/** A platform's registry, as the platform's outputs tell of it: known when it answers. */
export function registryOutput(
  kind: PlatformConfig['registry'],
  registry: Registry,
): pulumi.Output<PlatformOutputs['registry']> {
  const { address, url, stepsUrl, ca } = registry;
  return registry.ready.apply(() => ({ kind, address, url, stepsUrl, ...(ca === undefined ? {} : { ca }) }));
}

const names = ['instance', 'bind', 'registry', 'images', 'toolImages', 'ledgers', 'registryLogins'] as const;

/** Reads a platform's outputs. They are known while the program runs, so they can decide names. */
export async function readPlatform(stack: string): Promise<PlatformAccess> {
  const reference = new pulumi.StackReference(stackName(stack));
  const read = async (output: (typeof names)[number]): Promise<unknown> => {
    const details = await reference.getOutputDetails(output);
    const value: unknown = details.secretValue ?? details.value;
    if (value === undefined || value === null) {
      throw new pulumi.RunError(`stack ${stack} has no output "${output}": bring the platform up first (npm run up)`);
    }
    return value;
  };
  // A platform of an older version has published none.
  const imageOutput = async (output: 'deployImage' | 'edgeImage'): Promise<unknown> => {
    const details = await reference.getOutputDetails(output);
    return details.secretValue ?? details.value ?? null;
  };
  const [deployImage, edgeImage, ...values] = await Promise.all([
    imageOutput('deployImage'),
    imageOutput('edgeImage'),
    ...names.map(read),
  ]);
  return {
    ...Object.fromEntries(names.map((output, index) => [output, values[index]])),
    deployImage,
    edgeImage,
  } as unknown as PlatformAccess;
}

/**
 * The image of the edge as other machines pull it.
 * @param stack the platform's
 */
export function edgeElsewhere(stack: string, { edgeImage }: Pick<PlatformAccess, 'edgeImage'>): string {
  if (edgeImage !== undefined && edgeImage !== null) return `${edgeImage.image}@${edgeImage.digest}`;
  throw new pulumi.RunError(
    `stack ${stack} has not published the edge's image yet, which other machines need: bring it up first (${sluice('up')} ${stack})`,
  );
}

/** A stack of this project as a StackReference wants it. */
export function stackName(stack: string): string {
  return `${pulumi.getOrganization()}/${pulumi.getProject()}/${stack}`;
}
