import type { RunAtGitHub } from '../github-run';
import { jobVariables } from '../job-variables';
import type { CiKind, ProofQuestion } from './kind';
import { projectOf } from './place';

/** GitHub Actions. */
export const github: CiKind = {
  title: 'GitHub Actions',
  jobIn: (environment) => {
    if (environment['GITHUB_ACTIONS'] !== 'true') return undefined;
    const { GITHUB_REPOSITORY: repository = '', GITHUB_RUN_ID: run = '' } = environment;
    const { GITHUB_WORKSPACE: workspace, GITHUB_SHA: commit } = environment;
    return {
      name: `${repository} ${run}`,
      isPassing: true,
      workspace,
      commit,
    };
  },
  whoAsked: async (question) => {
    const person = await (await import('../github-run')).starterAtGitHub(await runOf(question));
    return person === undefined ? undefined : { person };
  },
  reviewOf: async (question) =>
    (await import('../github-review')).reviewAtGitHub(question.environment, await runOf(question)),
  external: {
    file: '.github/workflows/sluice.yml',
    docs: 'docs/github.md',
    jobVariables: jobVariables.github,
    variables: "GitHub's secrets (of the environment or of the repository)",
    fourEyes: '"Prevent self-review" of the environment (Settings → Environments)',
    example: {
      registryHost: 'ghcr.io',
      registryPassword: '$GITHUB_TOKEN',
      passwordIsSet: 'export GITHUB_TOKEN here; every job has its own',
    },
    print: async (description) => (await import('../github')).gitHubWorkflow(description),
  },
};

/** The run that a job says it is, at the GitHub and of a repository of the configuration. */
async function runOf(question: ProofQuestion): Promise<RunAtGitHub> {
  const { GITHUB_REPOSITORY: said, GITHUB_RUN_ID: run = '', GITHUB_TOKEN: token = '' } = question.job;
  const { apiOf } = await import('../github-run');
  return { api: apiOf(question.platform.ciUrl), project: projectOf(said, question), run, token };
}
