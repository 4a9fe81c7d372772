import { HttpError } from '../http';
import { DroneApi } from './api';

/** States that a build or a step of Drone can be in. */
export type DroneStatus =
  | 'pending'
  | 'waiting_on_dependencies'
  | 'blocked'
  | 'running'
  | 'success'
  | 'failure'
  | 'error'
  | 'killed'
  | 'skipped'
  | 'declined';

/** A step of a build. Times are seconds since 1970, 0 when it has not come so far. */
export interface DroneStep {
  number: number;
  name: string;
  status: DroneStatus;
  started?: number;
  stopped?: number;
}

/** What one runner does of a build. */
export interface DroneStage {
  number: number;
  name: string;
  status: DroneStatus;
  /** The runner that has taken it. */
  machine?: string;
  /** Seconds since 1970, 0 when it has not come so far. */
  started?: number;
  stopped?: number;
  updated?: number;
  error?: string;
  steps?: DroneStep[];
}

/** A build, as far as it is used here. */
export interface DroneBuild {
  number: number;
  status: DroneStatus;
  /** The commit. */
  after: string;
  target: string;
  event: string;
  /** `refs/heads/main`; of a pull request or a tag another. */
  ref?: string;
  /** Of a promotion, the environment that was named. */
  deploy_to?: string;
  /** Login of who has started, promoted or restarted it; `@hook`, `@cron`. */
  trigger?: string;
  /** Login of who has pushed, as the git host's hook says. */
  sender?: string;
  /** Of a push, the commit that the branch was at before it. */
  before?: string;
  /** What somebody has added to it; Drone gives it to steps as variables. */
  params?: Record<string, string> | null;
  message?: string;
  error?: string;
  started: number;
  finished: number;
  stages?: DroneStage[];
}

const endings: readonly DroneStatus[] = ['success', 'failure', 'error', 'killed', 'skipped', 'declined'];

/** Whether nothing more will happen to it. */
export function hasEnded(status: DroneStatus): boolean {
  return endings.includes(status);
}

/** The builds of Drone, as a person's token sees them. It has been set up: when it does not answer, nobody waits for it. */
export class DroneClient extends DroneApi {
  /** @param url Drone's address, without a slash at the end */
  constructor(url: string, token: string) {
    super(url, { token }, { patienceSeconds: 0 });
  }

  /** The newest build of a branch's pushes; undefined when there is none. */
  async newest(slug: string, branch: string): Promise<DroneBuild | undefined> {
    const builds = await this.builds(slug);
    return builds.find((build) => build.target === branch && build.event !== 'pull_request');
  }

  /** The newest builds of a repository, newest first. */
  builds(slug: string): Promise<DroneBuild[]> {
    return this.ask(`/repos/${slug}/builds?per_page=50`);
  }

  /** A page of a repository's builds, newest first; the first is 1, and one after the last is empty. */
  buildsPage(slug: string, page: number): Promise<DroneBuild[]> {
    return this.ask(`/repos/${slug}/builds?per_page=100&page=${page}`);
  }

  /** A build with its steps. */
  build(slug: string, number: number): Promise<DroneBuild> {
    return this.ask(`/repos/${slug}/builds/${number}`);
  }

  /** Starts a build of a branch's newest commit; undefined when no pipeline is for such a build, as none of ours is. */
  async create(slug: string, branch: string): Promise<DroneBuild | undefined> {
    const path = `/repos/${slug}/builds?branch=${encodeURIComponent(branch)}`;
    return (await this.ask<DroneBuild | null>(path, 'POST')) ?? undefined;
  }

  /** Runs a build's commit again. */
  restart(slug: string, number: number): Promise<DroneBuild> {
    return this.ask(`/repos/${slug}/builds/${number}`, 'POST');
  }

  /** Ends a build that is waiting or running. */
  async cancel(slug: string, number: number): Promise<void> {
    await this.call(`/repos/${slug}/builds/${number}`, { method: 'DELETE' });
  }

  /** What a step printed, line by line; empty when nothing is kept. */
  async log(slug: string, number: number, stage: number, step: number): Promise<string[]> {
    try {
      const lines = await this.ask<{ out: string }[] | null>(`/repos/${slug}/builds/${number}/logs/${stage}/${step}`);
      return (lines ?? []).map(({ out }) => out.trimEnd());
    } catch {
      return [];
    }
  }

  /** @throws HttpError for what no Drone answers, too: somebody in between who sends elsewhere, or has a page to show */
  private async ask<T>(path: string, method = 'GET'): Promise<T> {
    const { status, text, body } = await this.call<T>(path, { method });
    if (status < 300 && (body !== undefined || text.trim() === '')) return body;
    throw new HttpError(method, `${this.url}/api${path}`, status, text);
  }
}
