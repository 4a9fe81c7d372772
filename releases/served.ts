import { shortDigest } from './names';

/** What an environment's edge sends requests to right now, per service. */
export interface ServedRelease {
  digest: string;
  /** Container id and start time: a container that was restarted meanwhile is not the same one. */
  instance: string;
}

/** Why what is served is not exactly this, or undefined when it is. */
export function notServing(
  wanted: Readonly<Record<string, { digest: string }>>,
  served: Readonly<Record<string, ServedRelease | undefined>>,
): string | undefined {
  for (const [service, { digest }] of Object.entries(wanted)) {
    const now = served[service];
    if (now === undefined) return `${service} is not served`;
    if (now.digest !== digest) {
      return `${service} serves ${shortDigest(now.digest)}, not ${shortDigest(digest)}`;
    }
  }
  return undefined;
}

/** Why two looks at an environment differ in these services, or undefined when they don't. */
export function changedBetween(
  before: Readonly<Record<string, ServedRelease | undefined>>,
  after: Readonly<Record<string, ServedRelease | undefined>>,
): string | undefined {
  const services = new Set([...Object.keys(before), ...Object.keys(after)]);
  for (const service of services) {
    if (before[service]?.instance !== after[service]?.instance) return `${service} was changed meanwhile`;
  }
  return undefined;
}
