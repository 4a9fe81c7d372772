import { pushersIn, type Push } from '../../releases/pushers';
import { NotTold } from './not-told';
import type { PusherSearch } from './push-question';
import type { GitHostReader } from './reader';

/** An entry of a repository's activity (Gitea 1.26, modules/structs/activity.go). */
interface Activity {
  id: number;
  op_type: string;
  act_user: { login: string } | null;
  ref_name: string;
  /** Of a push JSON, see {@link PushContent}; empty beside it for a new branch. */
  content: string;
}

/**
 * What a push has brought (modules/repository/commits.go). At most five commits are named, and of a new branch at most ten
 * are counted. Gitea writes `{}` when all that is longer than 65,535 characters (services/feed/feed.go).
 */
interface PushContent {
  Commits?: { Sha1: string }[] | null;
  HeadCommit?: { Sha1: string } | null;
  Len?: number;
}

interface PullRequest {
  number: number;
  merged: boolean;
  merge_commit_sha: string | null;
  user: { login: string } | null;
}

const pushes: ReadonlySet<string> = new Set(['commit_repo', 'push_tag']);

/**
 * Gitea's record: the activity of the repository, which is all of its pushes, to whatever branch and from its pages too. It has to
 * be asked by an administrator: others don't see the activity of people who hide theirs. A pull request that was merged by
 * new commits (squash, rebase) is also the doing of those who pushed what it was made from, and of whoever opened it.
 */
export const pushersAtGitea: PusherSearch = async ({ slug, branch, offeredCommit, runningCommit }, { gitHost }) => {
  const repository = `/repos/${slug}`;
  const since = runningCommit === undefined ? undefined : await known(gitHost, repository, runningCommit);
  const fresh = await commitsOf(gitHost, repository, offeredCommit, since);
  if (fresh === undefined) throw new NotTold(`${slug} has no commit ${offeredCommit} any more`);
  const commits = new Set(fresh);
  if (commits.size === 0) return [];

  const posters = new Set<string>();
  const behind = new Set<string>();
  const closed = await gitHost.all<PullRequest>(`${repository}/pulls?state=closed`, ({ number }) => number);
  if (closed === undefined) throw new NotTold(`${slug} shows no pull requests`);
  for (const pull of closed) {
    if (!pull.merged || !commits.has(pull.merge_commit_sha ?? '')) continue;
    if (pull.user !== null) posters.add(pull.user.login);
    const path = `${repository}/pulls/${pull.number}/commits?verification=false&files=false`;
    const brought = await gitHost.all<{ sha: string }>(path, (each) => each.sha);
    if (brought === undefined) throw new NotTold(`${slug} does not tell what pull request ${pull.number} brought`);
    for (const { sha } of brought) behind.add(sha);
  }

  const record = await pushesOf(gitHost, repository, commits, since);
  const delivered = `refs/heads/${branch}`;
  const { logins, unknown } = pushersIn(record, commits, delivered);
  const [missing] = unknown;
  if (missing !== undefined) throw new NotTold(`no push of ${slug} is on record that brought commit ${missing}`);
  // Commits of a fork came with no push to this repository.
  const others = pushersIn(record, behind, delivered).logins;
  return [...new Set([...logins, ...others, ...posters])];
};

/** All pushes of a repository, oldest first. Of those that Gitea does not tell whole, its commits are looked up. */
async function pushesOf(
  gitHost: GitHostReader,
  repository: string,
  commits: ReadonlySet<string>,
  since: string | undefined,
): Promise<Push[]> {
  const activity = await gitHost.all<Activity>(`${repository}/activities/feeds`, ({ id }) => id);
  if (activity === undefined) throw new NotTold('the git host shows no activity of it');
  const seen = new Set<string>();
  const found: Push[] = [];
  for (const { op_type: type, act_user: user, ref_name: ref, content } of activity.sort((a, b) => a.id - b.id)) {
    if (!pushes.has(type) || content === '') continue;
    const { head, listed, isWhole } = readContent(content);
    const isNew = head !== undefined && !seen.has(head) && [...commits].some((commit) => !seen.has(commit));
    const more = !isWhole && isNew ? await commitsOf(gitHost, repository, head, since) : [];
    const told = head === undefined || more === undefined ? undefined : [...new Set([head, ...listed, ...more])];
    for (const commit of told ?? []) seen.add(commit);
    found.push({ by: user?.login ?? 'somebody', ref, commits: told });
  }
  return found;
}

/** What a push tells of itself; nothing of it can be trusted to be there. */
export function readContent(content: string): { head: string | undefined; listed: string[]; isWhole: boolean } {
  try {
    const { Commits, HeadCommit, Len } = JSON.parse(content) as PushContent;
    const listed = (Commits ?? []).map(({ Sha1 }) => Sha1);
    return { head: HeadCommit?.Sha1 ?? listed[0], listed, isWhole: listed.length > 0 && listed.length === Len };
  } catch {
    return { head: undefined, listed: [], isWhole: false };
  }
}

/** A commit, if the repository still has it. */
async function known(gitHost: GitHostReader, repository: string, commit: string): Promise<string | undefined> {
  return (await gitHost.all(`${repository}/commits?sha=${commit}&not=${commit}`, String)) === undefined
    ? undefined
    : commit;
}

/** A commit and all before it, but those that another one has too; undefined of a commit that is gone. */
async function commitsOf(
  gitHost: GitHostReader,
  repository: string,
  commit: string,
  without: string | undefined,
): Promise<string[] | undefined> {
  const not = without === undefined ? '' : `&not=${without}`;
  const path = `${repository}/commits?sha=${commit}${not}&stat=false&verification=false&files=false`;
  return (await gitHost.all<{ sha: string }>(path, ({ sha }) => sha))?.map(({ sha }) => sha);
}
