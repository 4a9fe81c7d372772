import * as os from 'node:os';

/** Who or what is at work, for the ledger: `ann@laptop` at a terminal, `pipeline sluice/discounts 12` in a pipeline's step. */
export function whoIsAtWork(environment: NodeJS.ProcessEnv = process.env): string {
  const { DRONE_REPO: repository, DRONE_BUILD_NUMBER: build } = environment;
  if (repository !== undefined && build !== undefined) return `pipeline ${repository} ${build}`;
  return `${userName()}@${os.hostname()}`;
}

function userName(): string {
  try {
    return os.userInfo().username;
  } catch {
    // A user id without an entry, as containers have.
    return String(process.getuid?.() ?? 'somebody');
  }
}
