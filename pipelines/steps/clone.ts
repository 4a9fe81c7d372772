import { UserError } from '../../base/errors';
import { run, type RunResult } from '../../base/process';
import { needed, stepTools, type StepTools } from './settings';

/** What is to be in the workspace. */
interface Wanted {
  /** Where the repository is fetched, without a login. */
  url: string;
  /** 40 or 64 hex digits. */
  commit: string;
  /** The branch that was pushed; of a pull request the one that it is to be merged into. */
  branch: string;
  /** `refs/pull/7/head`; undefined unless a pull request is built. */
  pullRequest?: string;
}

/**
 * Step `clone`: brings the commit of a build into the workspace, with its history; of a pull request what it would be after merging.
 * It has no login: the gateway between the steps and the git host has one, which reads.
 * @returns 0
 * @throws UserError when the git host does not give it, or it can't be merged
 */
export default async function clone(_words: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  return runClone(env, stepTools(env));
}

/** The step with its tools as arguments. */
export async function runClone(env: NodeJS.ProcessEnv, { workspace, say }: StepTools): Promise<number> {
  const { url, commit, branch, pullRequest } = wanted(env);
  const git = async (...words: string[]): Promise<string> => {
    const result = await run('git', words, { cwd: workspace, env: gitEnvironment(env), allowFailure: true });
    if (result.code !== 0) throw new Error(lastLine(words, result));
    return result.stdout.trim();
  };
  const fetch = (ref: string): Promise<string> =>
    git('fetch', '--quiet', '--no-tags', url, ref).catch((error: unknown) => {
      throw new UserError(
        `${ref} of ${url} can't be fetched: ${messageOf(error)}`,
        'npm run up, which starts what is missing; then restart the build',
      );
    });
  await git('init', '--quiet');
  await fetch(`+refs/heads/${branch}:refs/remotes/origin/${branch}`);
  if (pullRequest === undefined) {
    // The branch may have been moved to another history since.
    if (!(await has(git, commit))) await fetch(commit);
    await git('checkout', '--quiet', '--force', '--detach', commit);
  } else {
    await git('checkout', '--quiet', '--force', '--detach', `refs/remotes/origin/${branch}`);
    await fetch(pullRequest);
    await git('merge', '--quiet', '--no-edit', commit).catch((error: unknown) => {
      throw new UserError(
        `this pull request can't be merged into ${branch}: ${messageOf(error)}`,
        `merge ${branch} into it, solve the conflicts and push`,
      );
    });
  }
  say(await git('log', '-1', '--no-show-signature', '--format=%h %s (%an)'));
  return 0;
}

function wanted(env: NodeJS.ProcessEnv): Wanted {
  const [commit, branch] = [needed(env, 'DRONE_COMMIT_SHA'), needed(env, 'DRONE_COMMIT_BRANCH')];
  const ref = env['DRONE_COMMIT_REF'] ?? '';
  // They become words of git's command line: a name can't begin with "-" there.
  if (!/^[0-9a-f]{40}([0-9a-f]{24})?$/.test(commit)) throw new UserError(`"${commit}" is no commit`);
  if (!isName(`refs/heads/${branch}`)) throw new UserError(`"${branch}" is no name of a branch`);
  const url = needed(env, 'SLUICE_CLONE_URL');
  if (env['DRONE_BUILD_EVENT'] !== 'pull_request') return { url, commit, branch };
  if (!isName(ref)) throw new UserError(`"${ref}" is no name of a pull request's commits`);
  return { url, commit, branch, pullRequest: ref };
}

/** As `git check-ref-format` has it, as far as it matters in a command line. */
function isName(ref: string): boolean {
  return /^refs\/[^\p{Cc} ~^:?*[\\]+$/u.test(ref) && !ref.includes('..') && !ref.includes('@{');
}

function has(git: (...words: string[]) => Promise<string>, commit: string): Promise<boolean> {
  return git('cat-file', '-e', `${commit}^{commit}`).then(
    () => true,
    () => false,
  );
}

/** Nobody's settings, and a name for the commit that a merge makes. */
function gitEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const who = ['AUTHOR', 'COMMITTER'].flatMap((role) => [
    [`GIT_${role}_NAME`, 'Sluice'],
    [`GIT_${role}_EMAIL`, 'sluice@localhost'],
  ]);
  return {
    PATH: env['PATH'],
    HOME: '/nonexistent',
    LANG: 'C.UTF-8',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
    ...(Object.fromEntries(who) as Record<string, string>),
  };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function lastLine([command = '']: readonly string[], { code, stderr, stdout }: RunResult): string {
  const last = `${stdout}\n${stderr}`.trim().split('\n').at(-1) ?? '';
  return last === '' ? `git ${command} ended with code ${code}` : last;
}
