import type { CiKind } from './kind';

/** GitHub Actions. */
export const github: CiKind = {
  title: 'GitHub Actions',
  jobIn: (environment) => {
    if (environment['GITHUB_ACTIONS'] !== 'true') return undefined;
    const { GITHUB_REPOSITORY: repository = '', GITHUB_RUN_ID: run = '', GITHUB_WORKSPACE: workspace } = environment;
    const { GITHUB_SHA: commit, GITHUB_EVENT_NAME: event, GITHUB_TRIGGERING_ACTOR: person = '' } = environment;
    return {
      name: `${repository} ${run}`,
      isPassing: true,
      ...(workspace === undefined ? {} : { workspace }),
      ...(commit === undefined ? {} : { commit }),
      // Whoever starts the run of a push once more is no one who has asked for it.
      ...(event === 'workflow_dispatch' && person !== '' ? { person } : {}),
      reviewOf: async (name) => (await import('../github-review')).reviewAtGitHub(name, environment),
    };
  },
  elsewhere: {
    file: '.github/workflows/sluice.yml',
    docs: 'docs/github.md',
    variables: "GitHub's secrets (of the environment or of the repository)",
    example: {
      registryHost: 'ghcr.io',
      registryPassword: '$GITHUB_TOKEN',
      passwordIsSet: 'export GITHUB_TOKEN here; every job has its own',
    },
    print: async (description) => (await import('../github')).gitHubWorkflow(description),
  },
};
