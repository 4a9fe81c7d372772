import { HttpError } from '../clients/http';
import { sluice } from '../base/command';
import { UserError } from '../base/errors';
import { askOfRun, starterAtGitHub, type RunAtGitHub } from './github-run';
import type { Review } from './kinds/kind';

/** A review as GitHub tells it (REST, "Get the review history for a workflow run"). */
interface Told {
  state: string;
  comment: string | null;
  user: { login: string } | null;
  environments: { name: string }[];
}

/**
 * Who has let a run deploy to an environment: the last of its required reviewers who said so.
 * @returns undefined where nobody has, because the environment asks nobody
 * @throws UserError when GitHub does not tell, and for a run that delivers nothing
 */
export async function reviewAtGitHub(
  environment: string,
  of: RunAtGitHub,
  patienceSeconds = 20,
): Promise<Review | undefined> {
  await starterAtGitHub(of, patienceSeconds);
  const reviews = await askOfRun<Told[]>(of, '/approvals', patienceSeconds).catch((error: unknown) =>
    notTold(environment, error),
  );
  const own = reviews.filter(
    ({ state, user, environments }) =>
      state === 'approved' && user !== null && environments.some(({ name }) => same(name, environment)),
  );
  const last = own.at(-1);
  return last?.user ? { person: last.user.login, comment: (last.comment ?? '').trim() } : undefined;
}

/** GitHub takes no notice of the case of names. */
function same(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

function notTold(environment: string, error: unknown): never {
  const said = error instanceof HttpError ? `it answered ${error.status}` : 'it does not answer';
  throw new UserError(
    `GitHub does not tell who has let this run deploy to ${environment}: ${said}`,
    `make the workflow anew, whose job has "actions: read" (${sluice('pipeline')}); then start the job once more`,
  );
}
