/**
 * The version of the Docker API that Drone's runner 1.8.3 speaks, unless DOCKER_API_VERSION tells it another; it does not ask the
 * engine. Docker 29 understands none before 1.44 (drone-runners/drone-runner-docker#78).
 */
export const runnerApi = '1.40';

/** Addresses of the git host, for git in a pipeline's steps. */
export interface StepGitSettings {
  /** As repositories are addressed, without a slash at the end: `http://localhost:3000`. */
  url: string;
  /** As steps reach it, without a slash at the end: `http://sluice-gateway:3000`. */
  internalUrl: string;
}

/** Git asks this for credentials: those that the clone step was given, which name the address that people use. */
const helper =
  '!f() { test "$1" = get && sed -n "s/^login /username=/p;s/^password /password=/p" "$HOME/.netrc" 2>/dev/null; }; f';

/**
 * Variables that every step gets, as the runner's DRONE_RUNNER_ENV_FILE (its map-valued variables can hold no colon):
 * git goes to the git host's container whenever a repository is addressed as people address it.
 *
 * In the variable that `git -c` hands on to its own processes: the git of Drone's clone image (2.30) does not know the
 * numbered ones (GIT_CONFIG_COUNT) yet.
 */
export function runnerEnvFile({ url, internalUrl }: StepGitSettings): string {
  const settings = [`url.${internalUrl}/.insteadOf=${url}/`, `credential.${internalUrl}.helper=${helper}`];
  return `GIT_CONFIG_PARAMETERS='${settings.map(quoted).join(' ')}'\n`;
}

/** As git reads it: in single quotes. The file's own single quotes around all of them are taken off by Drone. */
function quoted(setting: string): string {
  if (setting.includes("'")) throw new Error(`a setting of git that can't be quoted: ${setting}`);
  return `'${setting}'`;
}
