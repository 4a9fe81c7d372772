import { shortDigest } from '../releases/names';
import { table } from './help';
import type { Outputs } from '../operations/pulumi/outputs';

/** A service as an environment's stack publishes it. */
export interface ServiceOutput {
  url: string;
  image: string;
  digest: string;
  revision: string;
  message?: string;
  container?: string;
}

/** The services that an environment's outputs tell of; none before its first deployment. */
export function servicesOf(outputs: Outputs): Record<string, ServiceOutput> {
  return (outputs['services'] ?? {}) as Record<string, ServiceOutput>;
}

/** One line per service: address, digest, commit. */
export function showServices(outputs: Outputs): string[] {
  return table(
    Object.entries(servicesOf(outputs)).map(([name, { url, digest, revision }]): [string, string] => [
      name,
      [url, shortDigest(digest), revision.slice(0, 8)].filter((part) => part !== '').join('  '),
    ]),
  );
}
