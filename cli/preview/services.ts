import type { EngineEvent } from '@pulumi/pulumi/automation';
import { labels } from '../../clients/docker/labels';
import { repositoryOf, shortDigest } from '../../releases/names';
import { table } from '../help';
import type { ServiceOutput } from '../show-services';

/** A release that an environment would run after the update. */
export interface PlannedRelease {
  digest: string;
  /** Repository in the registry. */
  repository: string;
}

/** Looks up the commit that an image was built from. */
export type CommitOf = (repository: string, digest: string) => Promise<{ revision?: string; message?: string }>;

/** The releases by service that a preview's events tell of: containers that would be there afterwards. */
export function releasesIn(events: readonly EngineEvent[]): Record<string, PlannedRelease> {
  const planned: Record<string, PlannedRelease> = {};
  for (const { resourcePreEvent } of events) {
    const metadata = resourcePreEvent?.metadata;
    if (metadata === undefined || metadata.op.startsWith('delete')) continue;
    if (metadata.type !== 'docker:index/container:Container') continue;
    const inputs = metadata.new?.inputs ?? {};
    const own = labelsOf(inputs['labels']);
    const service = own[labels.service];
    const digest = own[labels.digest];
    if (service === undefined || digest === undefined) continue;
    planned[service] = { digest, repository: plannedRepository(inputs['image'], service) };
  }
  return planned;
}

/**
 * The services that a preview's events tell of with another container than the one that runs. An image that a gate names only when it has been asked
 * makes none: the same release has the same.
 */
export function renewedIn(events: readonly EngineEvent[]): Set<string> {
  return new Set(
    events.flatMap(({ resourcePreEvent }) => {
      const { op = 'same', type, new: next, diffs } = resourcePreEvent?.metadata ?? {};
      const isOnlyImage = diffs?.length === 1 && diffs[0] === 'image';
      const isNew = op === 'create' || (/^(replace|create-replacement)$/.test(op) && !isOnlyImage);
      const service = labelsOf((next?.inputs ?? {})['labels'])[labels.service];
      return isNew && type === 'docker:index/container:Container' && service !== undefined ? [service] : [];
    }),
  );
}

function labelsOf(value: unknown): Record<string, string> {
  if (!Array.isArray(value)) return {};
  return Object.fromEntries((value as { label: string; value: string }[]).map((each) => [each.label, each.value]));
}

/** `discounts` of `localhost:5500/discounts@sha256:…`; a repository is called as its service where the image is unknown yet. */
function plannedRepository(image: unknown, service: string): string {
  return typeof image === 'string' && image.includes('@') ? repositoryOf(image) : service;
}

/**
 * One line per service: old digest → new digest, commit, message; and whether only settings are others, of which no gate's pass is.
 * @param renewed services with another container than the one that runs
 */
export async function changeLines(
  running: Readonly<Record<string, ServiceOutput>>,
  planned: Readonly<Record<string, PlannedRelease>>,
  commitOf: CommitOf,
  renewed: ReadonlySet<string> = new Set(),
): Promise<string[]> {
  const names = [...new Set([...Object.keys(running), ...Object.keys(planned)])].sort();
  const rows = await Promise.all(
    names.map(async (name): Promise<[string, string]> => {
      const now = running[name];
      const next = planned[name];
      if (next === undefined) return [name, `${shortDigest(now?.digest ?? '')} → removed`];
      const before = now === undefined ? 'nothing' : shortDigest(now.digest);
      const stays = renewed.has(name) ? '(stays, with other settings, which no pass is of)' : '(stays)';
      const digests = now?.digest === next.digest ? `${before} ${stays}` : `${before} → ${shortDigest(next.digest)}`;
      const { revision, message } = await commitOf(next.repository, next.digest).catch(() => ({
        revision: undefined,
        message: undefined,
      }));
      return [name, [digests, revision?.slice(0, 8), message && `"${message}"`].filter(Boolean).join('  ')];
    }),
  );
  return table(rows);
}
