import { PipelineDescription, registrySecrets, stateSecret } from './description';
import { namedVariables, quietShell } from './clean-start';
import {
  buildVariables,
  channelVariables,
  contentVariables,
  endpointVariables,
  imageVariables,
  withFilesOf,
} from './step-variables';

/** Where this program lies in the tools image, and its command there. */
const programFolder = '/sluice/program';
const program = '/usr/local/bin/sluice';
/** Where a deploy step finds Sluice's home, or has an empty one. */
const homeFolder = '/sluice/home';
/** And where the state, when it is a folder of its own. */
const stateFolder = '/sluice/state';
/** The volume that is an empty home; it goes with the build. */
export const emptyHome = 'empty-home';
const socketPath = '/var/run/docker.sock';

interface Secret {
  from_secret: string;
}
type Variable = string | Secret;

/** A step as Drone reads it. */
export interface Step {
  name: string;
  image: string;
  pull: 'never';
  working_dir: string;
  /** No `commands`: Drone would run them by a script that reads more variables than these. */
  entrypoint: string[];
  command: string[];
  /** Secrets, and what a shell reads. All else is said by the command. */
  environment: Record<string, Variable>;
  /** Of steps that deliver: what they are run for. */
  when?: { target: string[] };
  /** Steps that deploy or approve only. */
  volumes?: { name: string; path: string }[];
}

/** What the runner tells every step of the build; it sets them after whatever somebody added to the build. */
const ofBuild = [
  'DRONE_REPO',
  'DRONE_BUILD_NUMBER',
  'DRONE_BUILD_EVENT',
  'DRONE_COMMIT_SHA',
  'DRONE_COMMIT_REF',
  'DRONE_COMMIT_BRANCH',
  'DRONE_WORKSPACE',
];

/** Brings the commit into the workspace. The gateway has the login with which it is fetched. */
export function cloneStep(description: PipelineDescription): Step {
  return step(description, 'clone', [program, 'step', 'clone'], { SLUICE_CLONE_URL: description.cloneUrl });
}

export function testStep(description: PipelineDescription): Step {
  return step(description, 'test', [program, 'step', 'test'], buildSettings(description));
}

export function buildStep(description: PipelineDescription): Step {
  return step(description, 'build', [program, 'step', 'build'], {
    ...buildSettings(description),
    ...imageVariables(description),
    ...contentVariables(description),
    SLUICE_REPOSITORY_URL: description.source,
  });
}

export function pushStep(description: PipelineDescription): Step {
  return step(description, 'push', [program, 'step', 'push'], {
    DOCKER_HOST: description.builder,
    ...imageVariables(description),
    ...contentVariables(description),
    ...endpointVariables(description),
    ...channelVariables(description),
    REGISTRY_USERNAME: { from_secret: registrySecrets.username },
    REGISTRY_PASSWORD: { from_secret: registrySecrets.password },
  });
}

export function deployStep(description: PipelineDescription, environment: string): Step {
  return engineStep(description, `deploy ${environment}`, ['deploy', environment, ...withFilesOf(description)]);
}

export function approveStep(description: PipelineDescription, environment: string): Step {
  const verb = ['approve', environment, '--only-record', '--yes', ...withFilesOf(description)];
  return engineStep(description, approveStepName(environment), verb);
}

/** The step by which a promotion to an environment approves for it. */
export function approveStepName(environment: string): string {
  return `approve for ${environment}`;
}

/** A step that does nothing: its pipeline takes its turn among others. */
export function turnStep(description: PipelineDescription): Step {
  return step(description, 'wait for earlier builds', ['/bin/true'], {});
}

/** A step that prints why a build must not run, and fails. */
export function refusedStep(toolsImage: string, reason: string): Step {
  return step({ toolsImage }, 'refused', ['/bin/sh', '-c', 'echo "$REASON"; exit 1'], { REASON: reason });
}

/** A step that runs a verb with the engine and the state. */
function engineStep(description: PipelineDescription, name: string, verb: readonly string[]): Step {
  const { home, state } = description;
  // As the owner of the folder with the state, so that files made here belong to the person who owns it.
  const asOwner = ['/bin/sh', `${programFolder}/pipelines/as-owner`, state === undefined ? homeFolder : stateFolder];
  return {
    ...step(description, name, [...asOwner, program, ...verb], {
      SLUICE_HOME: homeFolder,
      SLUICE_REGISTRY_ENDPOINT: description.registry.endpoint,
      // Every step is a new container: without it, Node would compile Pulumi's thousand files anew each time.
      NODE_COMPILE_CACHE: `${homeFolder}/compile-cache`,
      ...(state === undefined ? {} : { PULUMI_BACKEND_URL: `file://${stateFolder}` }),
      ...description.stateVariables,
      ...Object.fromEntries((description.stateSecrets ?? []).map((name) => [name, { from_secret: stateSecret(name) }])),
    }),
    volumes: [
      { name: 'engine', path: socketPath },
      { name: home === undefined ? emptyHome : 'home', path: homeFolder },
      ...(state === undefined ? [] : [{ name: 'state', path: stateFolder }]),
    ],
  };
}

/** A step that runs a program with the variables named here, and with no others. */
function step(
  { toolsImage }: Pick<PipelineDescription, 'toolsImage'>,
  name: string,
  command: readonly string[],
  environment: Record<string, Variable>,
): Step {
  const secrets = Object.entries(environment).filter(
    (entry): entry is [string, Secret] => typeof entry[1] !== 'string',
  );
  const values = Object.entries(environment).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  const names = [...ofBuild, ...secrets.map(([secret]) => secret)];
  const words = namedVariables(names, Object.fromEntries(values), command);
  return {
    name,
    image: toolsImage,
    pull: 'never',
    // Not the workspace: nothing that was pushed (a tsconfig.json, an .npmrc) may steer the program.
    working_dir: programFolder,
    entrypoint: words.slice(0, 3),
    command: words.slice(3),
    environment: { ...quietShell, ...Object.fromEntries(secrets) },
  };
}

function buildSettings(description: PipelineDescription): Record<string, string> {
  return { DOCKER_HOST: description.builder, ...buildVariables(description) };
}
