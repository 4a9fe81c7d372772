import type { CiKind } from './kind';

/** GitLab, with its own runners. */
export const gitlab: CiKind = {
  title: 'GitLab',
  jobIn: ({ CI_PROJECT_PATH: project, CI_PIPELINE_ID: pipeline, ...rest }) => {
    if (project === undefined || pipeline === undefined) return undefined;
    const { CI_PROJECT_DIR: workspace, CI_COMMIT_SHA: commit, GITLAB_USER_LOGIN: person = '' } = rest;
    return {
      name: `${project} ${pipeline}`,
      // gitlab-ci-local says false: its jobs run on somebody's machine.
      isPassing: rest['GITLAB_CI'] === 'true',
      ...(workspace === undefined ? {} : { workspace }),
      ...(commit === undefined ? {} : { commit }),
      ...(person === '' ? {} : { person }),
    };
  },
  elsewhere: {
    file: '.gitlab-ci.yml',
    docs: 'docs/gitlab.md',
    variables: "GitLab's CI/CD variables",
    example: {
      registryHost: '$HARBOR_HOST',
      registryPassword: '$HARBOR_PASSWORD',
      passwordIsSet: "set HARBOR_PASSWORD in the CI's variables",
    },
    print: async (description) => (await import('../gitlab')).gitLabPipeline(description),
  },
};
