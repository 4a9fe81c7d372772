import { stringify } from 'yaml';
import { PipelineDescription, registrySecrets } from './description';
import { promoterVariable } from './promoter';
import type { Promotion } from './promotion';
import {
  buildVariables,
  channelVariables,
  contentVariables,
  endpointVariables,
  imageVariables,
} from './step-variables';

/** Where this program lies in the tools image. */
const programFolder = '/sluice/program';
/** Where a deploy step finds the folder with state and configuration. */
const homeFolder = '/sluice/home';
const socketPath = '/var/run/docker.sock';

type Variable = string | { from_secret: string };

interface Step {
  name: string;
  image: string;
  pull: 'never';
  working_dir: string;
  commands: string[];
  environment: Record<string, Variable>;
  /** Steps that deploy or approve only. */
  volumes?: { name: string; path: string }[];
}

/**
 * The pipelines of one repository as Drone reads them: several YAML documents, of which a build starts those whose
 * trigger it meets.
 * - `deliver`: a push to the default branch: test, build, push, deploy. One build at a time, oldest first, so that a
 *   slower old build can't move a channel back.
 * - `test` and `test-pull-request`: everything else: test.
 */
export function dronePipelines(description: PipelineDescription): string {
  const steps = [testStep(description)];
  const deliver = [...steps, buildStep(description), pushStep(description), ...deploySteps(description)];
  const branch = description.defaultBranch;
  return documents([
    pipeline(
      description,
      'deliver',
      { event: ['push'], branch: { include: [branch] } },
      { concurrency: { limit: 1 } },
      deliver,
    ),
    pipeline(description, 'test', { event: ['push'], branch: { exclude: [branch] } }, {}, steps),
    pipeline(description, 'test-pull-request', { event: ['pull_request'] }, {}, steps),
  ]);
}

/**
 * The pipeline of a build that somebody has promoted: approves what was built from its commit, in his name, then deploys the
 * environment and those that come after it. It runs nothing of what was pushed, so it fetches nothing.
 */
export function promotionPipeline(description: PipelineDescription, promotion: Promotion): string {
  const { environment, commit, person } = promotion;
  const verb = ['approve', environment, '--commit', commit, '--only-record', '--yes'];
  const approve = engineStep(description, `approve for ${environment}`, verb);
  const after = description.environments.slice(description.environments.indexOf(environment));
  const steps = [
    { ...approve, environment: { ...approve.environment, [promoterVariable]: person } },
    ...deploySteps({ ...description, environments: after }),
  ];
  const trigger = { event: ['promote'], target: [environment] };
  return documents([
    pipeline(description, 'promote', trigger, { concurrency: { limit: 1 }, clone: { disable: true } }, steps),
  ]);
}

/**
 * What a repository is seeded with: the same pipelines for people to read, without the facts of the machine. It is never
 * run, and could not be: its volumes have no place on the host.
 * @param notes what people should know besides, a sentence each
 */
export function readableDronePipelines(description: PipelineDescription, notes: readonly string[] = []): string {
  const comment = [
    'For reading only. The pipeline that runs comes from the platform (its Drone configuration service), so a change of',
    'this file changes nothing. Your own part is the Dockerfile: its stage "test" runs the unit tests, its last stage is',
    'the image that is deployed.',
    ...notes.map((note) => `Note: ${note}.`),
  ];
  return `${comment.map((line) => `# ${line}\n`).join('')}${dronePipelines({
    ...description,
    toolsImage: 'sluice/tools',
    builder: 'tcp://set-by-the-platform:2375',
    engineSocket: '/set-by-the-platform',
    home: '/set-by-the-platform',
    buildArguments: {},
  })}`;
}

/**
 * The pipeline for a build that must not run: one step without code, mounts or secrets that prints the reason and
 * fails. A person sees it in Drone; an error answer would leave no build at all.
 */
export function refusingPipeline(
  toolsImage: string,
  platform: PipelineDescription['platform'],
  reason: string,
): string {
  return documents([
    {
      kind: 'pipeline',
      type: 'docker',
      name: 'refused',
      platform,
      clone: { disable: true },
      steps: [
        {
          name: 'refused',
          image: toolsImage,
          pull: 'never',
          environment: guarded({ REASON: reason }),
          commands: ['echo "$REASON"', 'exit 1'],
        },
      ],
    },
  ]);
}

function documents(list: object[]): string {
  // Drone reads YAML 1.1, in which more words need quotes ("on", "no", 1:20).
  return list
    .map((document) => stringify(document, { version: '1.1', lineWidth: 0, aliasDuplicateObjects: false }))
    .join('---\n');
}

function pipeline(
  { platform, engineSocket, home }: PipelineDescription,
  name: string,
  trigger: object,
  limits: object,
  steps: Step[],
): object {
  const hostPaths: Record<string, string> = { engine: engineSocket, home };
  const mounted = new Set(steps.flatMap(({ volumes = [] }) => volumes.map((volume) => volume.name)));
  return {
    kind: 'pipeline',
    type: 'docker',
    name,
    platform,
    trigger,
    ...limits,
    steps,
    ...(mounted.size === 0
      ? {}
      : { volumes: [...mounted].map((volume) => ({ name: volume, host: { path: hostPaths[volume] } })) }),
  };
}

function testStep(description: PipelineDescription): Step {
  return step(description, 'test', 'sluice step test', buildSettings(description));
}

function buildStep(description: PipelineDescription): Step {
  return step(description, 'build', 'sluice step build', {
    ...buildSettings(description),
    ...imageVariables(description),
    ...contentVariables(description),
    SLUICE_REPOSITORY_URL: description.source,
  });
}

function pushStep(description: PipelineDescription): Step {
  return step(description, 'push', 'sluice step push', {
    DOCKER_HOST: description.builder,
    ...imageVariables(description),
    ...contentVariables(description),
    ...endpointVariables(description),
    ...channelVariables(description),
    REGISTRY_USERNAME: { from_secret: registrySecrets.username },
    REGISTRY_PASSWORD: { from_secret: registrySecrets.password },
  });
}

function deploySteps(description: PipelineDescription): Step[] {
  return description.environments.map((environment) =>
    engineStep(description, `deploy ${environment}`, ['deploy', environment]),
  );
}

/** A step that runs a verb with the engine and the state. */
function engineStep(description: PipelineDescription, name: string, verb: readonly string[]): Step {
  return {
    ...step(
      description,
      name,
      // As the owner of the home folder, so that files made here belong to the person who owns it.
      `sh ${programFolder}/pipelines/as-owner ${homeFolder} sluice ${verb.join(' ')}`,
      {
        SLUICE_HOME: homeFolder,
        SLUICE_REGISTRY_ENDPOINT: description.registry.endpoint,
        // Every step is a new container: without it, Node would compile Pulumi's thousand files anew each time.
        NODE_COMPILE_CACHE: `${homeFolder}/compile-cache`,
      },
    ),
    volumes: [
      { name: 'engine', path: socketPath },
      { name: 'home', path: homeFolder },
    ],
  };
}

function step(
  { toolsImage }: PipelineDescription,
  name: string,
  command: string,
  environment: Record<string, Variable>,
): Step {
  return {
    name,
    image: toolsImage,
    pull: 'never',
    // Not the workspace: nothing that was pushed (a tsconfig.json, an .npmrc) may steer the program.
    working_dir: programFolder,
    commands: [command],
    environment: guarded(environment),
  };
}

/** A step's variables win over those that somebody adds when he restarts a build; these would run his code. */
function guarded(environment: Record<string, Variable>): Record<string, Variable> {
  return { HOME: '/tmp', NODE_OPTIONS: '', LD_PRELOAD: '', ...environment };
}

function buildSettings(description: PipelineDescription): Record<string, string> {
  return { DOCKER_HOST: description.builder, ...buildVariables(description) };
}
