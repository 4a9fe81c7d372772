import type { RegistryClient } from '../../clients/registry/client';
import { UserError } from '../../base/errors';
import { ancestorsLabel, revisionLabel } from '../../releases/names';
import { cameBefore } from './commit';

/** The part of the registry that it takes. */
export type TagRegistry = Pick<RegistryClient, 'find' | 'putTag' | 'labels'>;

/** What has become of a tag. */
export type Move =
  | { is: 'there' }
  /** It stands for the image of this later commit, and stays. */
  | { is: 'superseded'; by: string }
  | { is: 'moved'; from: string | undefined };

/** How often another one may move it in the same moment. Builds of a repository come one after the other: twice is much. */
const attempts = 10;

/**
 * Moves a tag to the image of a commit, and never back: where it stands for one of a later commit, it stays. A registry has no conditional
 * write (OCI distribution 1.1), so what the tag stands for is read again just before it is moved, and again after: whoever else has moved it in
 * between is held to the same rule. That leaves the moment of the write itself, which the CI server's order of builds keeps apart.
 * @param release the image, and the whole name of its commit
 * @throws UserError when others move it all the time
 */
export async function moveForward(
  registry: TagRegistry,
  repository: string,
  tag: string,
  release: { digest: string; commit: string },
): Promise<Move> {
  const { digest, commit } = release;
  let moved: Move | undefined;
  for (let attempt = 0; attempt < attempts; attempt++) {
    const before = (await registry.find(repository, tag))?.digest;
    if (before === digest) return moved ?? { is: 'there' };
    // Each image of an index tells of the same build.
    const there = before === undefined ? {} : await registry.labels(repository, before, 'any');
    if (cameBefore(commit, there[ancestorsLabel])) return { is: 'superseded', by: there[revisionLabel] ?? '' };
    if ((await registry.find(repository, tag))?.digest !== before) continue;
    await registry.putTag(repository, digest, tag);
    moved = { is: 'moved', from: before };
  }
  throw new UserError(
    `the tag ${tag} of ${repository} was moved ${attempts} times by others while this build was to move it`,
    'find out who else pushes to it, then restart the build',
  );
}
