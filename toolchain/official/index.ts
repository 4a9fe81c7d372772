import { drone, runner } from './drone';
import { gitea, gogs } from './git-hosts';
import type { OfficialImage } from './image';
import { dockerClient, edge, node, registry } from './services';

/** The account of every official image that Sluice runs or takes files from, by what it is for. */
export const officialAccounts = {
  registry,
  gogs,
  gitea,
  drone,
  runner,
  edge,
  node,
  dockerClient,
} as const satisfies Record<string, OfficialImage>;

export type { Architecture, OfficialImage, Source, Tool } from './image';
export { asRun, toolNames } from './image';
