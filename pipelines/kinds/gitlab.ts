import { jobVariables } from '../job-variables';
import type { CiKind } from './kind';
import { projectOf } from './place';

/** GitLab, with its own runners. */
export const gitlab: CiKind = {
  title: 'GitLab',
  jobIn: ({ CI_PROJECT_PATH: project, CI_PIPELINE_ID: pipeline, ...rest }) => {
    if (project === undefined || pipeline === undefined) return undefined;
    const { CI_PROJECT_DIR: workspace, CI_COMMIT_SHA: commit } = rest;
    return {
      name: `${project} ${pipeline}`,
      // gitlab-ci-local says false: its jobs run on somebody's machine.
      isPassing: rest['GITLAB_CI'] === 'true',
      workspace,
      commit,
    };
  },
  whoAsked: async (question) => {
    const { audienceOf, idTokenVariable, personAtGitLab } = await import('../gitlab-identity');
    const { job, environment, platform } = question;
    const { path: project, branch } = projectOf(job['CI_PROJECT_PATH'], question);
    const issuer = platform.ciUrl === '' ? 'https://gitlab.com' : platform.ciUrl;
    const audience = audienceOf(platform.prefix);
    return personAtGitLab(job[idTokenVariable], { issuer, audience, project, branch, environment });
  },
  external: {
    file: '.gitlab-ci.yml',
    docs: 'docs/gitlab.md',
    jobVariables: jobVariables.gitlab,
    variables: "GitLab's CI/CD variables",
    fourEyes:
      '"Prevent approval by author" and "Prevent approvals by users who add commits" (Settings → Merge requests)',
    example: {
      registryHost: '$HARBOR_HOST',
      registryPassword: '$HARBOR_PASSWORD',
      passwordIsSet: "set HARBOR_PASSWORD in the CI's variables",
    },
    print: async (description) => (await import('../gitlab')).gitLabPipeline(description),
  },
};
