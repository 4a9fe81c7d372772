/** Exact versions of everything that the toolchain brings to a machine. One place, so that a bump is one line. */
export const versions = {
  pulumi: '3.259.0',
  /** The last language host whose Go module is served; works with the CLI above. Used by the registries' way only. */
  pulumiLanguageHost: '3.68.0',
  /** Node in images and for building front ends. */
  node: '22.23.3',
  /** Go that builds the programs, where the machine has none that fits. */
  go: '1.26.8',
  pnpm: '10.34.9',
  registry: { upstream: '3.0.0', module: '3.1.2' },
  gogs: '0.14.3',
  gitea: '1.26.2',
  drone: { upstream: '2.26.0', module: '1.10.1' },
  runner: '1.8.3',
  /** What the official runner is put on, which has no shell on arm64. */
  alpine: '3.22.1',
  haproxy: '3.2.24',
  dockerClient: '28.5.2',
} as const;

/** The oldest Node that runs this program. */
export const minimumNode = '20.19.0';
/** The oldest Go that compiles every program here without fetching another Go. */
export const minimumGo = '1.26.3';
/** The oldest Docker engine that is known to work (API 1.41). */
export const minimumEngine = '20.10.0';
