import type { PipelineDescription } from './description';

/** A build as Drone tells of it, as far as a promotion is concerned. */
export interface PromotedBuild {
  /** The environment that was named. */
  deploy_to?: string;
  /** Login of who promoted, or restarted a promotion. */
  trigger?: string;
  /** The commit. */
  after?: string;
  /** `refs/heads/main`; of a pull request or a tag another. */
  ref?: string;
  /** Branch; of a pull request the one that it is to be merged into. */
  target?: string;
}

/** A promotion that may run. */
export interface Promotion {
  environment: string;
  commit: string;
  person: string;
}

/**
 * What somebody wants who promotes a build in Drone.
 * @returns why not, in a sentence for him; values are looked at here because they become part of a pipeline
 */
export function promotionOf(build: PromotedBuild, description: PipelineDescription): Promotion | { refused: string } {
  const { deploy_to: environment = '', trigger: person = '', after: commit = '', ref, target } = build;
  const { environments, approvals, defaultBranch } = description;
  const refused = (reason: string) => ({ refused: reason });
  if (!environments.includes(environment)) {
    return refused(
      `"${environment}" is no environment of this repository. Promote to one of: ${approvals.join(', ') || 'none asks for an approval'}.`,
    );
  }
  if (!approvals.includes(environment)) {
    return refused(`${environment} asks for no approval: it takes by itself what passes its gate.`);
  }
  if (target !== defaultBranch || ref !== `refs/heads/${defaultBranch}`) {
    return refused(`Only builds of pushes to ${defaultBranch} can be promoted: nothing else is built into a release.`);
  }
  if (!/^[0-9a-f]{40}([0-9a-f]{24})?$/.test(commit)) return refused('This build names no commit.');
  if (!/^[\w.-]{1,255}$/.test(person)) return refused('Drone does not say who has promoted this build.');
  return { environment, commit, person };
}
