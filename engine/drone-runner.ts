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
 * git goes through the steps' gateway whenever a repository is addressed as people address it.
 */
export function runnerEnvFile({ url, internalUrl }: StepGitSettings): string {
  const settings: [string, string][] = [
    [`url.${internalUrl}/.insteadOf`, `${url}/`],
    [`credential.${internalUrl}.helper`, helper],
  ];
  const variables = settings.flatMap(([key, value], index) => [
    [`GIT_CONFIG_KEY_${index}`, key],
    [`GIT_CONFIG_VALUE_${index}`, value],
  ]);
  return [['GIT_CONFIG_COUNT', String(settings.length)], ...variables]
    .map(([name, value]) => `${name}='${value}'\n`)
    .join('');
}
