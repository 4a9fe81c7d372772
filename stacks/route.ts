import { channelOf } from './channel-candidate';
import { isEnvironment, type StackFile } from '../config/stack';

/** The way of one repository's releases. */
export interface RepositoryRoute {
  /** Registry tags that a push moves; the default branch's name when no environment follows one. */
  channels: string[];
  /** Environments to deploy, upstream first. */
  environments: string[];
  /** Those of them whose gate asks people. */
  approvals: string[];
}

/**
 * Where a repository's releases go: the environments that run one of its services.
 * @param stacks in the order in which they are brought up
 */
export function routeOf(repository: string, branch: string, stacks: readonly StackFile[]): RepositoryRoute {
  const concerned = stacks
    .filter(isEnvironment)
    .filter(({ config }) => Object.values(config.services).some((service) => service.repository === repository));
  const channels = concerned
    .filter(({ config }) => config.promotesFrom === '')
    .map(({ name, config }) => channelOf(name, config));
  return {
    channels: channels.length === 0 ? [branch] : [...new Set(channels)],
    environments: concerned.map(({ name }) => name),
    approvals: concerned.filter(({ config }) => config.gate.approval !== undefined).map(({ name }) => name),
  };
}
