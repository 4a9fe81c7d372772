/** What not every git host can do. */
export interface GitHostAbilities {
  /** Shows beside a commit whether its build went well. */
  commitStatuses: boolean;
  /** Tells the CI server of a pull request with the commit that is to be built. */
  pullRequests: boolean;
  /**
   * What is asked of a repository, below its address in the API, to find out who has pushed: regular expressions. Reading it has to
   * tell nothing that the repository does not.
   */
  pushRecord: readonly string[];
}

/**
 * By kind. Gogs has no API for commit statuses, and its hooks for pull requests carry no commit, so that their builds could only
 * fail (seen with Gogs 0.14.3 and Drone 1.10.1; Drone 2.25 reads these hooks the same way, go-scm 1.28 `gogs/webhook.go`).
 */
const abilities: Readonly<Record<string, GitHostAbilities>> = {
  gitea: {
    commitStatuses: true,
    pullRequests: true,
    pushRecord: ['activities/feeds', 'commits', 'pulls', 'pulls/[0-9]+/commits'],
  },
  gogs: { commitStatuses: false, pullRequests: false, pushRecord: [] },
};

/** What a kind of git host can do; of an unknown kind nothing is taken for granted. */
export function abilitiesOf(kind: string): GitHostAbilities {
  return abilities[kind] ?? { commitStatuses: false, pullRequests: false, pushRecord: [] };
}

/** What people miss with a kind of git host, and what there is instead: a sentence each, none when nothing is missing. */
export function limitsOf(kind: string): string[] {
  const { commitStatuses, pullRequests } = abilitiesOf(kind);
  const name = `${kind.charAt(0).toUpperCase()}${kind.slice(1)}`;
  return [
    ...(commitStatuses ? [] : [`${name} shows no build results beside commits: Drone has them`]),
    ...(pullRequests
      ? []
      : [`pull requests at ${name} start no build of their own: each push to their branch is tested`]),
  ];
}
