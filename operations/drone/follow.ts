import { setTimeout as sleep } from 'node:timers/promises';
import { duration } from '../../toolchain/progress';
import {
  hasEnded,
  type DroneBuild,
  type DroneClient,
  type DroneStatus,
  type DroneStep,
} from '../../clients/drone/client';

const lookEveryMilliseconds = 1000;
const speakEverySeconds = 15;
/** Seconds that the git host's hook has to start a build. */
const hookSeconds = 20;
const linesOfFailure = 25;

/** What to do about a branch's newest build. */
export type BuildPlan = 'nothing' | 'follow' | 'start' | 'restart';

/**
 * A build that runs is followed; one that Drone broke off (its host was stopped, say) is run again, and so is one that
 * succeeded before the configuration named a channel that nothing has been pushed to yet. A build that failed is
 * somebody's commit and stays failed.
 * @param empty channels of the repository that hold no release of it
 */
export function planFor(newest: DroneBuild | undefined, empty: readonly string[] = []): BuildPlan {
  if (newest === undefined) return 'start';
  if (!hasEnded(newest.status)) return 'follow';
  if (newest.status === 'success' && empty.length > 0) return 'restart';
  return newest.status === 'killed' || newest.status === 'error' ? 'restart' : 'nothing';
}

/** All steps of a build in the order in which they run. */
export function stepsOf(build: DroneBuild): (DroneStep & { stage: number })[] {
  return (build.stages ?? []).flatMap((stage) => (stage.steps ?? []).map((step) => ({ ...step, stage: stage.number })));
}

/** What has happened between two looks at a build, one line per step that began or ended. */
export function changesBetween(before: DroneBuild | undefined, after: DroneBuild): string[] {
  const old = new Map<string, DroneStatus>(
    (before === undefined ? [] : stepsOf(before)).map((step) => [`${step.stage}/${step.number}`, step.status]),
  );
  return stepsOf(after).flatMap((step) => {
    if (old.get(`${step.stage}/${step.number}`) === step.status) return [];
    if (step.status === 'running') return [`  ${step.name} …`];
    if (!hasEnded(step.status) || step.status === 'skipped') return [];
    const seconds = step.stopped !== undefined && step.started ? ` ${duration(step.stopped - step.started)}` : '';
    return [`  ${step.name} ${step.status}${seconds}`];
  });
}

/** Where people look at a build. */
export function buildUrl(drone: string, slug: string, build: DroneBuild): string {
  return `${drone}/${slug}/${build.number}`;
}

/**
 * Follows a build until it has ended, printing its steps as they go; a failed step's last lines too.
 * @returns the ended build
 */
export async function follow(
  client: DroneClient,
  slug: string,
  number: number,
  note: (line: string) => void,
): Promise<DroneBuild> {
  let before: DroneBuild | undefined;
  let quietSince = performance.now();
  for (;;) {
    const build = await client.build(slug, number);
    const lines = changesBetween(before, build);
    if (lines.length > 0 || performance.now() - quietSince >= speakEverySeconds * 1000) {
      const now = stepsOf(build).find((step) => step.status === 'running');
      const lasting = `  … ${now === undefined ? `build ${number} is ${build.status}` : lastingLine(now)}`;
      for (const line of lines.length > 0 ? lines : [lasting]) note(line);
      quietSince = performance.now();
    }
    before = build;
    if (hasEnded(build.status)) break;
    await sleep(lookEveryMilliseconds);
  }
  for (const step of stepsOf(before).filter(({ status }) => status === 'failure' || status === 'error')) {
    const log = await client.log(slug, number, step.stage, step.number);
    for (const line of log.slice(-linesOfFailure)) note(`    ${line}`);
  }
  for (const stage of before.stages ?? []) if (stage.error !== undefined) note(`    ${stage.error}`);
  return before;
}

function lastingLine(step: DroneStep): string {
  // Of the server's clock, which may be another than ours.
  const seconds = step.started === undefined ? 0 : new Date().getTime() / 1000 - step.started;
  return `${step.name}, ${duration(Math.max(0, seconds))} so far`;
}

/**
 * Sees to it that a branch's newest commit has been through its pipeline: waits for the build that runs, starts one
 * where the hook started none.
 * @param o.ended the newest build that had ended before: no news
 * @param o.emptyChannels asks which channels of the repository hold no release of it
 * @returns the build that ended meanwhile; undefined when there was nothing to wait for
 */
export async function settle(
  client: DroneClient,
  slug: string,
  branch: string,
  note: (line: string) => void,
  o: { ended: number | undefined; emptyChannels: () => Promise<readonly string[]> },
): Promise<DroneBuild | undefined> {
  let newest = await client.newest(slug, branch);
  for (let second = 0; newest === undefined && second < hookSeconds; second++) {
    await sleep(1000);
    newest = await client.newest(slug, branch);
  }
  const empty = newest?.status === 'success' ? await o.emptyChannels() : [];
  const plan = planFor(newest, empty);
  if (plan === 'nothing' && newest?.number === o.ended) return undefined;
  if (plan === 'start') note(`${slug}: no push has started a build; starting one`);
  if (plan === 'restart') {
    const why =
      empty.length > 0 ? `nothing has been pushed to channel ${empty.join(' and ')} yet` : 'it was broken off';
    note(`${slug}: running build ${newest?.number} again: ${why}`);
  }
  const build =
    plan === 'start'
      ? await client.create(slug, branch)
      : plan === 'restart'
        ? await client.restart(slug, newest?.number ?? 0)
        : newest;
  if (build === undefined) return undefined;
  note(`${slug}: pipeline ${build.number} of ${build.after.slice(0, 8)} ${firstLine(build.message)}`.trimEnd());
  return follow(client, slug, build.number, note);
}

function firstLine(text: string | undefined): string {
  return text === undefined ? '' : `"${text.split('\n')[0] ?? ''}"`;
}
