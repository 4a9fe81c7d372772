import type { PipelineDescription } from './description';

/** A build as Drone tells of it when it asks for a pipeline, as far as a promotion is concerned. */
export interface PromotedBuild {
  /** The commit. */
  after?: string;
  /** `refs/heads/main`; of a pull request or a tag another. */
  ref?: string;
  /** Branch; of a pull request the one that it is to be merged into. */
  target?: string;
}

/**
 * Why a build can't be promoted to any environment, in a sentence for whoever tried it; undefined when it can.
 */
export function cannotBePromoted(
  { after = '', ref, target }: PromotedBuild,
  { defaultBranch }: Pick<PipelineDescription, 'defaultBranch'>,
): string | undefined {
  if (target !== defaultBranch || ref !== `refs/heads/${defaultBranch}`) {
    return `Only builds of pushes to ${defaultBranch} can be promoted: nothing else is built into a release.`;
  }
  return /^[0-9a-f]{40}([0-9a-f]{24})?$/.test(after) ? undefined : 'This build names no commit.';
}
