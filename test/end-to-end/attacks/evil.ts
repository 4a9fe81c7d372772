/** What a pushed program prints when somebody runs it. */
export const evilMark = 'the-pushed-file-runs';

/** Programs of the attacker's own, by names that a step's shell, our scripts or our program would look for. */
const programs = ['sh', 'env', 'stat', 'id', 'getent', 'setpriv', 'node', 'git', 'docker', 'pulumi', 'sluice'];

const program = `#!/bin/sh\necho ${evilMark} as $(/usr/bin/id -u) >&2\n`;

/** Files of a commit: programs, and what loaders, shells and Node read by variables. */
export const evilFiles: Readonly<Record<string, string>> = {
  ...Object.fromEntries(programs.map((name) => [`evil/${name}`, program])),
  'evil/rc': `echo ${evilMark} >&2\n`,
  'evil/loaded.js': `console.error('${evilMark}');\n`,
  'evil/.npmrc': 'script-shell=/drone/src/evil/sh\n',
};

const evil = '/drone/src/evil';

/** What the loader of programs says of a library that it was told to load and can't. */
export const loaderWords = /object '\/drone\/src\/evil\/\S+' from LD_\w+ cannot be/;

/** Parameters of a build which, as variables of a step, would have it run what was pushed, or speak for somebody. */
export const evilParameters: Readonly<Record<string, string>> = {
  PATH: `${evil}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin`,
  LD_PRELOAD: `${evil}/preload.so`,
  LD_AUDIT: `${evil}/audit.so`,
  LD_LIBRARY_PATH: evil,
  NODE_OPTIONS: `--require=${evil}/loaded.js`,
  NODE_PATH: evil,
  ENV: `${evil}/rc`,
  BASH_ENV: `${evil}/rc`,
  HOME: evil,
  TS_NODE_PROJECT: `${evil}/tsconfig.json`,
  PULUMI_HOME: evil,
  PULUMI_BACKEND_URL: `file://${evil}`,
  PULUMI_CONFIG_PASSPHRASE: 'mine',
  DOCKER_CONFIG: evil,
  DOCKER_HOST: 'tcp://evil:2375',
  GIT_SSH_COMMAND: `${evil}/sh`,
  GIT_CONFIG_PARAMETERS: `'core.fsmonitor=${evil}/sh' 'core.hooksPath=${evil}' 'http.proxy=http://evil:1'`,
  GIT_EXEC_PATH: evil,
  HTTP_PROXY: 'http://evil:1',
  DRONE_REPO: 'sluice/another',
  DRONE_BUILD_NUMBER: '1',
  DRONE_COMMIT_SHA: '0'.repeat(40),
  DRONE_NETRC_FILE: 'machine evil',
  SLUICE_HOME: evil,
  SLUICE_PROMOTED_BY: 'ann',
  SLUICE_REGISTRY_ENDPOINT: 'http://evil:5000',
  // The runner writes name, "=" and value: a name may hold the "=" already, and stands beside the step's own variable then.
  ...Object.fromEntries(
    [
      `LD_PRELOAD=${evil}/named.so`,
      `LD_AUDIT=${evil}/named.so`,
      `ENV=${evil}/rc`,
      'SLUICE_REGISTRY_ENDPOINT=http://evil:5000/',
      'SLUICE_CLONE_URL=http://evil/',
      'DOCKER_HOST=tcp://evil:2375/',
      `SLUICE_HOME=${evil}`,
    ].map((name) => [name, 'x']),
  ),
};

/** As the query of a request. */
export const evilQuery = new URLSearchParams(evilParameters).toString();
