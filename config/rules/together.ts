import { UserError } from '../../base/errors';
import { externalServerOf, type CiName } from '../../pipelines/kinds';
import { realmOf } from '../../releases/people';
import type { CheckSpec } from '../../releases/types';
import { didYouMean } from '../../base/spelling';
import { isEnvironment, upstreamOf, type EnvironmentFile, type StackFile } from '../stack';
import { refuseSharedPorts } from './ports';
import { refuseOpenApprovals } from './together-approvals';
import { kindOf } from '../../targets/kinds';

/**
 * Checks what one stack's file says of another's, before anything is changed.
 * @throws UserError that names the file, the key and what is there
 */
export function refuseContradictions(stacks: readonly StackFile[]): void {
  refuseSharedPrefix(stacks);
  refuseTwoMirrors(stacks);
  const environments = stacks.filter(isEnvironment);
  for (const stack of environments) {
    const platform = platformOf(stack, stacks);
    if (externalServerOf(platform.ci) === undefined && stack.config.deployOn !== '') {
      throw new UserError(
        `Pulumi.${stack.name}.yaml: sluice:deployOn is for a CI server that is elsewhere, but sluice:ci of ${stack.config.platform} is "${platform.ci}", which deploys every environment after a push`,
        `remove it in Pulumi.${stack.name}.yaml`,
      );
    }
    refuseUnprovable(stack, platform.ci);
    refuseFourEyesElsewhere(stack, platform.ci);
    if (!kindOf(stack.config.target).isPlatformEngine && platform.registry === 'embedded') {
      throw new UserError(
        `Pulumi.${stack.name}.yaml: sluice:target is another machine, which can't pull from the registry of ${stack.config.platform}: that one answers on its own machine alone`,
        `write "sluice:registry: external" and sluice:registryHost in Pulumi.${stack.config.platform}.yaml (docs/registries.md)`,
      );
    }
    for (const [service, { build, repository }] of Object.entries(stack.config.services)) {
      const key = `services.${service}`;
      if (build !== undefined) among(stack, `${key}.build`, build, platform.builds, 'image that the platform builds');
      if (repository !== undefined) {
        among(stack, `${key}.repository`, repository, platform.repositories, 'repository of the platform');
      }
    }
    const upstream = environments.find(({ name }) => name === upstreamOf(stack));
    if (upstream !== undefined) refuseUnknownServices(stack, 'gate', stack.config.gate.checks, upstream);
    refuseUnknownServices(stack, 'watch.checks', stack.config.watch.checks, stack);
  }
  refuseOpenApprovals(stacks);
  refuseSharedPorts(stacks);
}

/** @throws UserError for an approver whom the platform's CI server can't prove: his approval would never count */
function refuseUnprovable({ name, config }: EnvironmentFile, ci: CiName): void {
  const other = config.gate.approval?.approvers.find((each) => ![undefined, 'os', ci].includes(realmOf(each)));
  if (other === undefined) return;
  const login = other.slice(other.indexOf(':') + 1);
  throw new UserError(
    `Pulumi.${name}.yaml: sluice:approvers names ${other}, but sluice:ci of ${config.platform} is "${ci}", which proves nobody else's logins`,
    `write ${ci}:${login} or os:NAME@MACHINE in Pulumi.${name}.yaml`,
  );
}

/** @throws UserError where the git host is elsewhere, whose record of pushes is not read */
function refuseFourEyesElsewhere({ name, config }: EnvironmentFile, ci: CiName): void {
  const atServer = externalServerOf(ci)?.fourEyes;
  if (atServer === undefined || config.gate.approval?.fourEyes === undefined) return;
  throw new UserError(
    `Pulumi.${name}.yaml: sluice:fourEyes asks the platform's own git host who has pushed, but sluice:ci of ${config.platform} is "${ci}", where it is elsewhere`,
    `remove it in Pulumi.${name}.yaml, and set there: ${atServer}`,
  );
}

/** @throws UserError when a stack's platform is none */
function platformOf({ name, config }: EnvironmentFile, stacks: readonly StackFile[]) {
  const platforms = stacks.flatMap((stack) => (isEnvironment(stack) ? [] : [stack.name]));
  const platform = stacks.find((stack) => stack.name === config.platform)?.config;
  if (platform?.role === 'platform') return platform;
  throw new UserError(
    `Pulumi.${name}.yaml: sluice:platform names "${config.platform}", which is no platform here${didYouMean(config.platform, platforms)}`,
    `correct it, or write Pulumi.${config.platform}.yaml`,
  );
}

function among(stack: StackFile, key: string, value: string, known: object, what: string): void {
  const names = Object.keys(known);
  if (names.includes(value)) return;
  const hint = didYouMean(value, names) || `; there is ${names.length === 0 ? 'none' : names.join(', ')}`;
  throw new UserError(
    `Pulumi.${stack.name}.yaml: sluice:${key}: there is no ${what} "${value}"${hint}`,
    `correct it in Pulumi.${stack.name}.yaml, or add it to the platform's file`,
  );
}

/** @param tested what the checks run against: for a gate's what is upstream, for a watch's the environment itself */
function refuseUnknownServices(
  stack: EnvironmentFile,
  key: string,
  checks: readonly CheckSpec[],
  tested: EnvironmentFile,
): void {
  for (const [index, { settings }] of checks.entries()) {
    const { service } = settings;
    if (typeof service === 'string') {
      among(stack, `${key}.${index}.service`, service, tested.config.services, `service of ${tested.name}`);
      // In a compose project no edge stands between a check and a service.
      if (tested.config.services[service]?.port !== undefined || !kindOf(tested.config.target).declares) continue;
      throw new UserError(
        `Pulumi.${stack.name}.yaml: sluice:${key}.${index}.service: ${service} of ${tested.name} has no port, so that no edge answers for it`,
        `name a service with a port in Pulumi.${stack.name}.yaml, or test it with a check of type command`,
      );
    }
  }
}

function refuseSharedPrefix(stacks: readonly StackFile[]): void {
  const seen = new Map<string, string>();
  for (const { name, config } of stacks) {
    if (config.role !== 'platform') continue;
    const other = seen.get(config.prefix);
    if (other !== undefined) {
      throw new UserError(
        `Pulumi.${other}.yaml and Pulumi.${name}.yaml both have sluice:prefix "${config.prefix}"`,
        `give one of them another prefix in Pulumi.${name}.yaml`,
      );
    }
    seen.set(config.prefix, name);
  }
}

/** One machine gets its images in one way, whichever platform they are for. */
function refuseTwoMirrors(stacks: readonly StackFile[]): void {
  const mirrors = stacks.flatMap(({ name, config, unset }) =>
    config.role === 'platform' && config.imageMirror !== '' && !unset.some(({ path }) => path[0] === 'imageMirror')
      ? [{ name, mirror: config.imageMirror }]
      : [],
  );
  const [first] = mirrors;
  const other = mirrors.find(({ mirror }) => mirror !== first?.mirror);
  if (first === undefined || other === undefined) return;
  throw new UserError(
    `Pulumi.${first.name}.yaml: sluice:imageMirror is ${first.mirror}, but in Pulumi.${other.name}.yaml ${other.mirror}`,
    `write the same in both, or leave it out in Pulumi.${other.name}.yaml`,
  );
}
