import { bearer, http, HttpError } from '../clients/http';
import { sluice } from '../base/command';
import { UserError } from '../base/errors';
import type { Project } from './kinds/place';

/** A run of a workflow, to be asked of at GitHub: all but the run itself and its token come from the platform's configuration. */
export interface RunAtGitHub {
  /** `https://api.github.com` */
  api: string;
  project: Project;
  /** The run that a job says it belongs to. */
  run: string;
  token: string;
}

/** A run as GitHub tells of it (REST, "Get a workflow run"). */
interface Told {
  status: string | null;
  event: string;
  head_branch: string | null;
  repository: { full_name: string };
  head_repository: { full_name: string } | null;
  triggering_actor: { login: string } | null;
}

/** What GitHub calls a run that is not over: it waits while one of its other jobs waits for reviewers, or for a machine. */
const runningStates = ['in_progress', 'waiting', 'queued', 'pending'];

/** Where the API of a GitHub is (docs.github.com, "Getting started with the REST API"). @param url of GitHub itself; empty: github.com */
export function apiOf(url: string): string {
  const { origin, host } = new URL(url === '' ? 'https://github.com' : url);
  if (host === 'github.com' || host.endsWith('.ghe.com')) return `https://api.${host}`;
  return `${origin}/api/v3`;
}

/** What GitHub answers about a run. @param below of the run's address: `/approvals` */
export async function askOfRun<T>({ api, project, run, token }: RunAtGitHub, below: string, patienceSeconds: number) {
  // A word in a path: what is no number would ask for something else.
  const number = /^\d{1,20}$/.test(run) ? run : '0';
  const { body } = await http<T>(`${api}/repos/${project.path}/actions/runs/${number}${below}`, {
    authorization: bearer(token),
    headers: { accept: 'application/vnd.github+json', 'x-github-api-version': '2022-11-28' },
    patienceSeconds,
  });
  return body;
}

/**
 * Who has started a run by hand, as GitHub says; undefined for a run of a push, whoever has started it once more.
 * @throws UserError when GitHub does not tell, and for a run that delivers nothing: of another repository or branch, or one that is over
 */
export async function starterAtGitHub(of: RunAtGitHub, patienceSeconds = 20): Promise<string | undefined> {
  const told = await askOfRun<Partial<Told>>(of, '', patienceSeconds).catch((error: unknown) => notTold(of, error));
  const { path, branch } = of.project;
  const { event = '', head_branch: from, status } = told;
  const is = (wrong: string): UserError =>
    new UserError(
      `nobody's word is taken from the run ${of.run} at GitHub: ${wrong}`,
      `start a run of ${path} on ${branch} (docs/github.md)`,
    );
  for (const repository of [told.repository, told.head_repository]) {
    const name = repository?.full_name ?? 'no repository';
    if (name.toLowerCase() !== path.toLowerCase()) throw is(`it is of ${name}, and not of ${path}`);
  }
  // A pull request's run has the name of the branch that it comes from.
  if (event !== 'push' && event !== 'workflow_dispatch')
    throw is(`it was started by "${event}", which delivers nothing`);
  if (from !== branch) throw is(`it is of the branch ${from ?? 'of nobody'}, and not of ${branch}`);
  if (!runningStates.includes(status ?? '')) throw is(`it does not run (${status ?? 'nothing is said of it'})`);
  return event === 'workflow_dispatch' ? told.triggering_actor?.login : undefined;
}

function notTold({ project, run }: RunAtGitHub, error: unknown): never {
  const said = error instanceof HttpError ? `it answered ${error.status}` : 'it does not answer';
  throw new UserError(
    `GitHub does not tell of the run ${run} of ${project.path}: ${said}`,
    `make the workflow anew, whose job has "actions: read" (${sluice('pipeline')}); then start the job once more`,
  );
}
