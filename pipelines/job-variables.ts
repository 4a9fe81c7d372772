/**
 * What the jobs of CI servers that are elsewhere say of themselves by their environment, by kind of server: which job, and of which
 * commit. A job's program is given these and what it needs besides.
 */
export const jobVariables = {
  gitlab: ['GITLAB_CI', 'CI_PROJECT_PATH', 'CI_PIPELINE_ID', 'CI_PROJECT_DIR', 'CI_COMMIT_SHA'],
  github: ['GITHUB_ACTIONS', 'GITHUB_REPOSITORY', 'GITHUB_RUN_ID', 'GITHUB_WORKSPACE', 'GITHUB_SHA'],
} as const;
