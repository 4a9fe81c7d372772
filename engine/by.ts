import * as os from 'node:os';

/**
 * The name that a Drone pipeline's step has from the platform's configuration service: who promoted the build, as Drone has signed
 * it. A step's own variable wins over whatever else somebody brings along.
 */
export const promoterVariable = 'SLUICE_PROMOTED_BY';

/**
 * Who or what is at work, for the ledger: `ann@laptop` at a terminal, `pipeline sluice/discounts 12` in a pipeline's step, be it of
 * Drone or of GitLab.
 */
export function whoIsAtWork(environment: NodeJS.ProcessEnv = process.env): string {
  const { DRONE_REPO: repository, DRONE_BUILD_NUMBER: build } = environment;
  if (repository !== undefined && build !== undefined) return `pipeline ${repository} ${build}`;
  const { CI_PROJECT_PATH: project, CI_PIPELINE_ID: pipeline } = environment;
  if (project !== undefined && pipeline !== undefined) return `pipeline ${project} ${pipeline}`;
  return `${userName()}@${os.hostname()}`;
}

/**
 * The person at work: who promoted a build in Drone, who started a job in GitLab, who sits at the terminal.
 * @returns undefined in a pipeline that nobody in particular has started
 */
export function personAtWork(environment: NodeJS.ProcessEnv = process.env): string | undefined {
  const promoter = environment[promoterVariable] ?? '';
  if (promoter !== '') return promoter;
  const inGitLab = environment['GITLAB_USER_LOGIN'] ?? '';
  if (inGitLab !== '') return inGitLab;
  return whoIsAtWork(environment).startsWith('pipeline ') ? undefined : userName();
}

function userName(): string {
  try {
    return os.userInfo().username;
  } catch {
    // A user id without an entry, as containers have.
    return String(process.getuid?.() ?? 'somebody');
  }
}
