import type { PlatformConfig } from '../types';
import type { Variable } from '../variables';
import { UserError } from '../../base/errors';
import { ciKinds, externalServerOf } from '../../pipelines/kinds';
import { isEnvironment, type EnvironmentFile, type StackFile } from '../stack';

/** What says whose word counts, in a platform's file and in an environment's: `*` stands for any name. */
const decisive = {
  platform: ['ci', 'ciUrl', 'prefix', 'repositories.*.project', 'repositories.*.branch'],
  environment: ['platform', 'approval', 'approvers', 'approvalExpiresHours'],
} as const;

/**
 * Where people are asked and the CI server is elsewhere: its jobs run with variables that whoever starts them may set, so nothing
 * that says whose word counts may come from one; and a job's word counts for a project that is named only.
 * @throws UserError that names the file, the key and what to write
 */
export function refuseOpenApprovals(stacks: readonly StackFile[]): void {
  const platforms = stacks.filter(isElsewhere);
  if (platforms.length === 0) return;
  for (const environment of stacks.filter(isEnvironment)) {
    // Of every one: a variable could give it another platform, or no question to people.
    refuseVariables(environment, decisive.environment);
    const platform = platforms.find(({ name }) => name === environment.config.platform);
    if (platform === undefined || environment.config.gate.approval === undefined) continue;
    refuseVariables(platform, decisive.platform);
    refuseUnnamed(environment, platform.name, platform.config);
  }
}

/** A platform whose CI server is elsewhere, or that a variable could give such a one. */
function isElsewhere(stack: StackFile): stack is StackFile & { config: PlatformConfig } {
  if (stack.config.role !== 'platform') return false;
  return externalServerOf(stack.config.ci) !== undefined || stack.variables.some(({ path }) => path[0] === 'ci');
}

function refuseVariables(stack: StackFile, keys: readonly string[]): void {
  const open = stack.variables.find((variable) => keys.some((key) => isBelow(variable, key.split('.'))));
  if (open === undefined) return;
  throw new UserError(
    `Pulumi.${stack.name}.yaml: sluice:${open.path.join('.')} is $${open.name}, but it says whose approval counts, and whoever starts a job may set its variables`,
    `write the value itself in Pulumi.${stack.name}.yaml`,
  );
}

function isBelow({ path }: Variable, key: readonly string[]): boolean {
  return key.every((part, index) => part === '*' || part === path[index]);
}

function refuseUnnamed(
  { name, config }: EnvironmentFile,
  platform: string,
  { ci, repositories }: PlatformConfig,
): void {
  for (const { repository } of Object.values(config.services)) {
    if (repository === undefined || repositories[repository]?.project !== undefined) continue;
    throw new UserError(
      `Pulumi.${name}.yaml: sluice:approval asks people, but Pulumi.${platform}.yaml does not say which project at ${ciKinds[ci].title} ${repository} is, so that no job there could prove who has started it`,
      `write "project: group/${repository}" below sluice:repositories.${repository}, and sluice:ciUrl if it is a ${ciKinds[ci].title} of your own, in Pulumi.${platform}.yaml (${externalServerOf(ci)?.docs ?? 'docs/approvals.md'})`,
    );
  }
}
