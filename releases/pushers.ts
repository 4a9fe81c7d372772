/** A push to a repository, as its git host has recorded it. */
export interface Push {
  /** The login of whoever has pushed. */
  by: string;
  /** `refs/heads/main`, `refs/tags/1.4.2`. */
  ref: string;
  /** All commits that may have come with it; undefined where the git host does not tell them. */
  commits: readonly string[] | undefined;
}

/** Who has pushed a set of commits. */
export interface Pushers {
  /** Logins, in the order of their first push. */
  logins: string[];
  /** Commits that came with no push of the record, so that anybody may have pushed them. */
  unknown: string[];
}

/**
 * Everybody who has pushed some of these commits. To the delivered branch each push of one of them counts: that is how it got
 * there. To another branch, or as a tag, it counts for whoever pushed it first: a branch that somebody begins at a commit of
 * a colleague has that commit too, and is none of his doing. A push of unknown commits counts as one of all that had not
 * been pushed before.
 * @param pushes oldest first
 * @param delivered the ref whose commits are built and delivered
 */
export function pushersIn(pushes: readonly Push[], commits: ReadonlySet<string>, delivered: string): Pushers {
  const logins = new Set<string>();
  const seen = new Set<string>();
  let mayBeAny = false;
  for (const { by, ref, commits: brought } of pushes) {
    if (brought === undefined) {
      if ([...commits].every((commit) => seen.has(commit))) continue;
      mayBeAny = true;
      logins.add(by);
      continue;
    }
    if (brought.some((commit) => commits.has(commit) && (ref === delivered || !seen.has(commit)))) logins.add(by);
    for (const commit of brought) seen.add(commit);
  }
  return { logins: [...logins], unknown: mayBeAny ? [] : [...commits].filter((commit) => !seen.has(commit)) };
}

/** Whether two logins are one account: git hosts do not tell upper from lower case in names. */
export function sameLogin(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
