import * as pulumi from '@pulumi/pulumi';
import type { RegistryLogins } from '../components/registries';

/** What a platform tells the environments and the verbs: its stack outputs. */
export interface PlatformOutputs {
  /** Prefix of the names of all Docker objects. */
  instance: string;
  /** The platform's Docker network. */
  network: string;
  /** Host address of published ports. */
  bind: string;
  /** `address` is what image names begin with, `url` for people, `stepsUrl` for the steps of a pipeline, `ca` PEM of a private authority. */
  registry: { kind: string; address: string; url: string; stepsUrl: string; ca?: string };
  gitHost: { kind: string; url: string; container: string };
  drone: { url: string };
  /** By repository. */
  repositories: Record<string, { cloneUrl: string; webUrl: string }>;
  /** Images that the platform built, by build. */
  images: Record<string, { image: string; digest: string; revision: string }>;
  toolImages: { edge: string; tools: string };
  ledger: { container: string; volume: string };
}

/** What an environment knows of its platform. */
export type Platform = PlatformOutputs & { registryLogins: RegistryLogins };

/** Reads a platform's outputs. They are known while the program runs, so they can decide names. */
export async function readPlatform(stack: string): Promise<Platform> {
  const reference = new pulumi.StackReference(stackName(stack));
  const read = async (output: string): Promise<unknown> => {
    const details = await reference.getOutputDetails(output);
    const value: unknown = details.secretValue ?? details.value;
    if (value === undefined || value === null) {
      throw new pulumi.RunError(`stack ${stack} has no output "${output}": bring the platform up first (npm run up)`);
    }
    return value;
  };
  const names = ['instance', 'bind', 'registry', 'images', 'toolImages', 'ledger', 'registryLogins'] as const;
  const values = await Promise.all(names.map(read));
  return Object.fromEntries(names.map((output, index) => [output, values[index]])) as unknown as Platform;
}

/** A stack of this project as a StackReference wants it. */
export function stackName(stack: string): string {
  return `${pulumi.getOrganization()}/${pulumi.getProject()}/${stack}`;
}
