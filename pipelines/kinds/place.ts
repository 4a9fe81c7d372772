import { sluice } from '../../base/command';
import { UserError } from '../../base/errors';
import type { ProofQuestion } from './kind';

/** A repository as the CI server knows it. */
export interface Project {
  /** `group/discounts`, `owner/discounts` */
  path: string;
  /** The branch that is delivered. */
  branch: string;
}

/**
 * Which of an environment's repositories a job is of. What the job says chooses among those of the configuration, and no other.
 * @throws UserError when it is of none
 */
export function projectOf(
  said: string | undefined,
  { platform, environment, repositories }: Omit<ProofQuestion, 'job'>,
): Project {
  for (const name of repositories) {
    const { project, branch } = platform.repositories[name] ?? {};
    if (project === undefined || branch === undefined) continue;
    if (project.toLowerCase() === said?.toLowerCase()) return { path: project, branch };
  }
  const shown = JSON.stringify(said ?? '').replace(/[^ -~]/g, '?');
  throw new UserError(
    `${environment} is not delivered from ${shown}, so nobody's word there counts for it`,
    `if it is: write "project: …" below sluice:repositories.${repositories[0] ?? '…'} in the platform's stack file, then npm run up, and ${sluice('pipeline')}`,
  );
}

/** Whether nobody in between can change what is said there: https, or an address of this machine. */
export function isPrivateWay(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const { protocol, hostname } = new URL(address);
  return protocol === 'https:' || (protocol === 'http:' && ['localhost', '127.0.0.1', '[::1]'].includes(hostname));
}
