import type { StepRoute } from './step-variables';
import { sluice } from '../base/command';
import { channelVariables, contentVariables, endpointVariables, imageVariables } from './step-variables';

/** An environment as a CI server elsewhere deploys it. */
export interface PipelineEnvironment {
  name: string;
  /** `push`: after every push to the default branch; `manual`: when a person asks for it. */
  deployOn: 'push' | 'manual';
  /** The registry tag that it follows; none of one that promotes from another. */
  channel?: string;
  /** The environment whose releases it takes. */
  promotesFrom?: string;
  /** Its gate asks people: whoever asks for its deployment approves, or whoever reviews it where the server has that. */
  approval: boolean;
  /** What its stack file and its platform's name by `$NAME`, without `$`. */
  variables: string[];
  /** It runs on the engine that its jobs have. */
  onPlatformEngine: boolean;
  /** Where people find it. */
  url?: string;
}

/**
 * One repository's way to production with a CI server that is not the platform's own. Holds no secret. A text that begins with `$NAME`
 * has the CI's variable there; all others stand for themselves. The registry's `endpoint` is empty where jobs reach its API as
 * everybody does.
 */
export interface ExternalPipeline extends StepRoute {
  /** Image with this program, by digest: what every job runs in. The stack files come from the store. */
  image: string;
  /** The tag that it was published under, for people. */
  imageTag: string;
  /** DEFAULT_IMAGE_TAG: what images are built, pushed and deployed under unless a pipeline is started with another. */
  tag: string;
  /** Tags that no run may take: environments follow them. */
  reservedTags: string[];
  /** The registry's account, absent where it asks for none. The password is a variable's name, `$HARBOR_PASSWORD`. */
  login?: { username: string; password: string };
  /** What the state needs besides its address and passphrase: names of variables, without `$`. */
  stateVariables: string[];
  /** Labels of the machines that run jobs, where the file has to say them. */
  runner: string[];
  /** In the order in which they are brought up. */
  targets: PipelineEnvironment[];
}

/** What every job that deploys needs of the team's state. */
export const stateVariables = ['PULUMI_BACKEND_URL', 'PULUMI_CONFIG_PASSPHRASE'] as const;

/** What the push is told, but for its login, and what the build before it is told besides. */
export function pushVariables(description: ExternalPipeline): Record<string, string> {
  return {
    ...registryVariables(description),
    ...contentVariables(description),
    ...channelVariables(description),
    SLUICE_RESERVED_TAGS: description.reservedTags.join(','),
  };
}

/** Where images go. */
export function registryVariables(description: ExternalPipeline): Record<string, string> {
  return { ...imageVariables(description), ...apiVariables(description) };
}

/** Where the registry's API is, if jobs reach it another way than everybody does. */
export function apiVariables(description: ExternalPipeline): Record<string, string> {
  const { SLUICE_REGISTRY_ENDPOINT: endpoint, ...rest } = endpointVariables(description);
  return endpoint === undefined || endpoint === '' ? rest : { SLUICE_REGISTRY_ENDPOINT: endpoint, ...rest };
}

/** Whether a deployment begins with moving the environment's channel to what the run has built: nothing else has moved it. */
export function movesChannel({ deployOn, channel }: PipelineEnvironment): boolean {
  return deployOn === 'manual' && channel !== undefined;
}

/** The environment that another one promotes from, if the same run deploys both. */
export function upstreamInRun(
  { promotesFrom, deployOn }: PipelineEnvironment,
  targets: readonly PipelineEnvironment[],
): PipelineEnvironment | undefined {
  if (deployOn === 'manual') return undefined;
  return targets.find((each) => each.name === promotesFrom && each.deployOn === 'push');
}

/** What the file says of itself, above all else. */
export function madeBy({ service, imageTag }: ExternalPipeline): string[] {
  return [
    `Made by "${sluice('pipeline')} ${service}", where the configuration is. It is made anew, not edited. The image below holds the program`,
    `(sluice-deploy:${imageTag}); the stack files are those that the last "up" has recorded. Your own part is the Dockerfile: its stage`,
    '"test" runs the unit tests, its last stage is the image that is deployed.',
  ];
}

/** The names of variables that texts begin with. */
export function namesIn(...texts: string[]): string[] {
  return [...new Set(texts.flatMap((text) => /^\$([A-Z_][A-Z0-9_]*)/.exec(text)?.[1] ?? []))];
}

/** Lines as a YAML comment. */
export function asComment(lines: readonly string[]): string {
  return lines.map((line) => `#${line === '' ? '' : ` ${line}`}\n`).join('');
}
