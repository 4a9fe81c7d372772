import type { DroneBuild } from '../drone/client';
import { sameLogin } from '../../releases/pushers';
import { NotTold } from './not-told';
import type { PusherSearch, PushSources } from './push-question';

const nothing = /^0*$/;

/**
 * Gogs keeps no record that anybody can read, so it is what Drone has kept of its signed hooks: who moved which branch from where
 * to where. A push with `[skip ci]` makes no build, so that the moves of the delivered branch have to join without a gap. Of another
 * branch only the commit is known that it was at.
 */
export const pushersAtGogs: PusherSearch = async (
  { slug, branch, offeredCommit, runningCommit, fromImages },
  sources,
) => {
  if (offeredCommit === runningCommit) return [];
  const told = (await allBuilds(slug, sources)).filter(isPush).sort((a, b) => a.number - b.number);
  const fresh = await fromImages();
  const logins = new Set([
    ...moversOf(told, `refs/heads/${branch}`, offeredCommit, runningCommit),
    ...told.filter(({ after }, index) => isFirst(told, index) && fresh.has(after.slice(0, 12))).map(senderOf),
  ]);
  for (const login of logins) {
    const now = await sources.gitHost.account(login);
    if (now === undefined || !sameLogin(now, login)) {
      throw new NotTold(`${login} has pushed some of it, and has no account of that name any more`);
    }
  }
  return [...logins];
};

/** A build that the git host's hook has started. One that somebody starts again names that person. */
function isPush({ event, trigger, ref }: DroneBuild): boolean {
  return event === 'push' && trigger === '@hook' && ref?.startsWith('refs/heads/') === true;
}

function isFirst(builds: readonly DroneBuild[], index: number): boolean {
  return builds.findIndex(({ after }) => after === builds[index]?.after) === index;
}

/**
 * Who has moved a branch from one commit to another.
 * @param builds pushes, oldest first
 * @throws NotTold when a move is missing
 */
export function moversOf(
  builds: readonly DroneBuild[],
  ref: string,
  offered: string,
  running: string | undefined,
): string[] {
  const moves = builds.filter((build) => build.ref === ref);
  const logins: string[] = [];
  let at = offered;
  let before = moves.length;
  while (at !== running) {
    const index = moves.slice(0, before).findLastIndex(({ after }) => after === at);
    const move = moves[index];
    if (move === undefined) throw new NotTold(`Drone has no build of the push that brought commit ${at}`);
    logins.push(senderOf(move));
    at = move.before ?? '';
    before = index;
    if (nothing.test(at)) {
      if (running === undefined) break;
      throw new NotTold(`the pushes that Drone knows do not lead from commit ${running} to ${offered}`);
    }
  }
  return [...new Set(logins)].reverse();
}

function senderOf({ sender, number }: DroneBuild): string {
  if (sender !== undefined && sender !== '') return sender;
  throw new NotTold(`Drone does not say who has pushed what build ${number} is of`);
}

/** Asks at each address until one answers: people and steps reach Drone by different ones. */
async function allBuilds(slug: string, { drone }: PushSources): Promise<DroneBuild[]> {
  let said = 'it has no address';
  for (const client of drone) {
    try {
      const all = new Map<number, DroneBuild>();
      for (let page = 1; ; page++) {
        const builds = await client.buildsPage(slug, page);
        for (const build of builds) all.set(build.number, build);
        if (builds.length === 0) return [...all.values()];
      }
    } catch (error) {
      said = (error as Error).message;
    }
  }
  throw new NotTold(`Drone does not answer: ${said}`);
}
