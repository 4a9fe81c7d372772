import type { RegistryClientOptions } from './client';

/** Where a registry is, as a platform tells it. */
export interface RegistryPlace {
  /** Its API as people reach it. */
  url: string;
  /** PEM of a private authority that its certificate is signed by. */
  ca?: string | undefined;
}

/**
 * Where to call a registry's API from here: people's address, but a pipeline step reaches the registry by its
 * container's name, which its environment tells it (SLUICE_REGISTRY_ENDPOINT).
 */
export function registryEndpoint(url: string, environment: NodeJS.ProcessEnv = process.env): string {
  return environment['SLUICE_REGISTRY_ENDPOINT'] ?? url;
}

/** What a client of the registry is made with, here and as this account. */
export function clientOptions(
  { url, ca }: RegistryPlace,
  login: { username: string; password: string },
): RegistryClientOptions {
  return { endpoint: registryEndpoint(url), ca, ...login };
}
