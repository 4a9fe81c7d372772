import type { DroneClient } from '../drone/client';
import type { GitHostReader } from './reader';

/** Whose pushes are asked for: what an environment is offered of a repository, and what it runs of it. */
export interface PushQuestion {
  /** `owner/name` */
  slug: string;
  /** The delivered branch. */
  branch: string;
  /** The commit that is offered, 40 hex digits. */
  offeredCommit: string;
  /** The commit that runs; undefined for nothing. */
  runningCommit: string | undefined;
  /** The commits that are new, as the images tell: the first 12 digits of each. */
  fromImages: () => Promise<ReadonlySet<string>>;
}

/** Whom the record of pushes is asked of. */
export interface PushSources {
  gitHost: GitHostReader;
  /** Each Drone address that may answer from here. */
  drone: readonly Pick<DroneClient, 'buildsPage'>[];
}

/**
 * The logins of all who have pushed something of what is offered and does not run yet, as the git host has them.
 * @throws NotTold (not-told.ts) when the record has a gap, or nobody answers
 */
export type PusherSearch = (question: PushQuestion, sources: PushSources) => Promise<string[]>;
