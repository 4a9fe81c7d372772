import { createHash } from 'node:crypto';
import { visibleLine } from '../base/visible';
import type { Candidate, Gate, Release } from './types';

/**
 * JSON with sorted keys, so that equal values have equal text whatever order they were written in.
 * Keys whose value is undefined are left out, as JSON does.
 */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)))
      : part,
  );
}

/** A function that works out its answer once for each object: a ledger has thousands, and nobody changes one that was read. */
function onceEach<T extends object>(answer: (of: T) => string): (of: T) => string {
  const known = new WeakMap<T, string>();
  return (of) => {
    const found = known.get(of) ?? answer(of);
    known.set(of, found);
    return found;
  };
}

/** The first 12 hexadecimal digits of the SHA-256 of a value's canonical JSON. */
export function shortHash(value: unknown): string {
  return createHash('sha256').update(canonicalJson(value)).digest('hex').slice(0, 12);
}

/** `shop-staging-entries`: the engine's name of a volume in which a service of an environment keeps its data. */
export function dataVolume(instance: string, environment: string, volume: string): string {
  return `${instance}-${environment}-${volume}`;
}

/** `discounts-3f2a91c0d4e5`: a release's name carries its digest and all its settings, so a change of either is a new one. */
export function releaseName(service: string, digest: string, settings: unknown): string {
  return `${service}-${shortHash({ digest, settings })}`;
}

/** The resource that tests once more what was refused: an update that has made it is followed by one that takes what has passed. */
export const retestName = 'retest';

/** The resource of a platform that has the key of its ledgers. */
export const ledgerKeyName = 'ledger-key';

/** Label with the registry tag that an image was built under. */
export const tagLabel = 'sluice.tag';

/** Label with the commit that an image was built from. */
export const revisionLabel = 'org.opencontainers.image.revision';

/** Label with the commits before an image's own: the first 12 digits of each, separated by spaces. */
export const ancestorsLabel = 'sluice.commit.ancestors';

/** A release, with what the labels of its image tell of it. */
export function releaseOf(
  { service, image, digest }: Pick<Release, 'service' | 'image' | 'digest'>,
  labels: Readonly<Record<string, string>>,
): Release {
  const tag = labels[tagLabel];
  return { service, image, digest, ...commitOf(labels), ...(tag === undefined ? {} : { tag: visibleLine(tag) }) };
}

/** The commit that an image was built from, as its labels tell: they are what somebody has pushed, and are shown. */
export function commitOf(labels: Readonly<Record<string, string>>): Pick<Release, 'revision' | 'message'> {
  const message = labels['sluice.commit.message'];
  return {
    revision: visibleLine(labels[revisionLabel] ?? ''),
    ...(message === undefined ? {} : { message: visibleLine(message) }),
  };
}

/** A candidate's digests by service: what makes it this one. The commit and the place of the image do not matter. */
export function digestsOf(candidate: Candidate): Record<string, string> {
  return Object.fromEntries(Object.entries(candidate).map(([service, release]) => [service, release.digest]));
}

/** A short name for the set of digests: what a verdict is kept under. */
export const candidateKey: (candidate: Candidate) => string = onceEach((candidate) => shortHash(digestsOf(candidate)));

/**
 * The other half of a verdict's key. Of an approval only whether one is asked for: a pass stays a pass when later ones are
 * to hold longer, or others may give them. Without an approval it is what it was before gates knew of any.
 */
export const gateHash: (gate: Gate) => string = onceEach(({ checks, approval }) =>
  shortHash(approval === undefined ? { checks } : { checks, approval: 'required' }),
);

/** What the verdict of a gate's checks is kept under, whatever else the gate asks for. */
export const checksHash: (gate: Pick<Gate, 'checks'>) => string = onceEach(({ checks }) => shortHash(checks));

/** `sha256:3f2a91c0d4e5…` as people read it. */
export function shortDigest(digest: string): string {
  return digest.slice(0, 'sha256:'.length + 12);
}

/**
 * The registry's own name for an image: `shop/discounts` of `localhost:5500/shop/discounts@sha256:…`, and of
 * `shop/discounts@sha256:…` as well, which is how engines write what is on Docker Hub.
 */
export function repositoryOf(image: string): string {
  const [name = ''] = image.split('@');
  const slash = name.indexOf('/');
  const hasHost = /^localhost$|[.:]/.test(name.slice(0, Math.max(slash, 0)));
  return hasHost ? name.slice(slash + 1) : name;
}
