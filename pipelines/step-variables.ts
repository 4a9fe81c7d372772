import type { PipelineDescription } from './description';

/** Name of the variable by which later jobs of a pipeline know what it has built: `sha256:…`. */
export const releaseVariable = 'SLUICE_RELEASE_DIGEST';

/** What a pipeline says of a repository's way whatever CI server runs it. */
export type StepRoute = Pick<
  PipelineDescription,
  | 'instance'
  | 'stack'
  | 'defaultBranch'
  | 'service'
  | 'registry'
  | 'channels'
  | 'environments'
  | 'buildArguments'
  | 'platforms'
  | 'artifacts'
>;

/**
 * The words by which a verb takes the stack files that the platform's last `up` has recorded. Words of the command, and no variable: nobody who
 * starts a build says which files count.
 */
export function withFilesOf({ stack }: Pick<StepRoute, 'stack'>): string[] {
  return ['--platform', stack];
}

/** What the steps `test` and `build` are told by their environment. */
export function buildVariables({ instance, service, buildArguments }: StepRoute): Record<string, string> {
  return {
    SLUICE_INSTANCE: instance,
    SLUICE_SERVICE: service,
    SLUICE_BUILD_ARGUMENTS: JSON.stringify(buildArguments),
  };
}

/** What the steps `build` and `push` are told of the image. */
export function imageVariables({ registry, service }: StepRoute): Record<string, string> {
  return { SLUICE_REGISTRY: registry.address, SLUICE_SERVICE: service };
}

/** What the steps `build` and `push` are told of what a release is made of, where that is more than an image for the builder's platform. */
export function contentVariables({ platforms = [], artifacts = {} }: StepRoute): Record<string, string> {
  return {
    ...(platforms.length === 0 ? {} : { SLUICE_PLATFORMS: platforms.join(',') }),
    ...(Object.keys(artifacts).length === 0 ? {} : { SLUICE_ARTIFACTS: JSON.stringify(artifacts) }),
  };
}

/** Where the registry's API is, for the steps that speak to it. */
export function endpointVariables({ registry: { endpoint, ca } }: StepRoute): Record<string, string> {
  return { SLUICE_REGISTRY_ENDPOINT: endpoint, ...(ca === undefined ? {} : { SLUICE_REGISTRY_CA: ca }) };
}

/** What the step `push` is told of where the image goes next. */
export function channelVariables({ channels, environments }: StepRoute): Record<string, string> {
  return { SLUICE_CHANNELS: channels.join(','), SLUICE_ENVIRONMENTS: environments.join(',') };
}
