import { stringify } from 'yaml';
import type { PipelineDescription } from './description';
import {
  approveStep,
  buildStep,
  cloneStep,
  deployStep,
  emptyHome,
  pushStep,
  refusedStep,
  testStep,
  turnStep,
  type Step,
} from './drone-steps';

/**
 * The pipelines of one repository as Drone reads them: several YAML documents, of which a build starts those whose
 * trigger it meets.
 * - `build` and `deliver`: a push to the default branch: clone, test, build; then, in a pipeline of its own, to which nothing comes
 *   that was pushed, push and deploy. One build at a time, oldest first, so that a slower old build can't move a channel back. A
 *   `deliver` is older than that of a later push, because it waits for its `build` and those come one after the other.
 * - `test` and `test-pull-request`: everything else: clone, test.
 */
export function dronePipelines(description: PipelineDescription): string {
  const tests = [cloneStep(description), testStep(description)];
  const deploys = description.environments.map((environment) => deployStep(description, environment));
  const branch = description.defaultBranch;
  const push = { event: ['push'], branch: { include: [branch] } };
  return documents([
    pipeline(description, 'build', push, oneAtATime, [...tests, buildStep(description)]),
    pipeline(description, 'deliver', push, { ...oneAtATime, depends_on: ['build'] }, [
      pushStep(description),
      ...deploys,
    ]),
    pipeline(description, 'test', { event: ['push'], branch: { exclude: [branch] } }, {}, tests),
    pipeline(description, 'test-pull-request', { event: ['pull_request'] }, {}, tests),
  ]);
}

/**
 * The pipelines of a build that somebody has promoted: `deliver` approves what was built from its commit, in the name of who promoted
 * it, then deploys the environment and those that come after it. It runs nothing of what was pushed. `refused` is for all other targets.
 * An empty `build` goes before it: so its turn comes after the deliveries of all earlier pushes, as theirs do.
 *
 * Drone remembers these for all promotions of a commit within a second, whoever makes them and whatever their target is: nothing of
 * one promotion is in here.
 */
export function promotionPipelines(description: PipelineDescription): string {
  const { environments, approvals, toolsImage, platform } = description;
  const upTo = (environment: string): string[] =>
    approvals.filter((target) => environments.indexOf(target) <= environments.indexOf(environment));
  const deliver = [
    ...approvals.map((target) => ({ ...approveStep(description, target), when: { target: [target] } })),
    ...environments
      .filter((environment) => upTo(environment).length > 0)
      .map((environment) => ({ ...deployStep(description, environment), when: { target: upTo(environment) } })),
  ];
  const reason =
    approvals.length === 0
      ? 'No environment of this repository asks for an approval: each takes by itself what passes its gate.'
      : `Promote to one of: ${approvals.join(', ')}. Every other environment takes by itself what passes its gate.`;
  const promotion = { event: ['promote'], target: approvals };
  const others = { event: ['promote'], ...(approvals.length === 0 ? {} : { target: { exclude: approvals } }) };
  return documents([
    ...(approvals.length === 0
      ? []
      : [
          pipeline(description, 'build', promotion, oneAtATime, [turnStep(description)]),
          pipeline(description, 'deliver', promotion, { ...oneAtATime, depends_on: ['build'] }, deliver),
        ]),
    { ...refused(toolsImage, platform, reason), trigger: others },
  ]);
}

/** Deliveries of a repository, promotions included, come one after the other. */
const oneAtATime = { concurrency: { limit: 1 } };

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
    cloneUrl: 'http://set-by-the-platform',
    toolsImage: 'sluice/tools',
    builder: 'tcp://set-by-the-platform:2375',
    engineSocket: '/set-by-the-platform',
    ...(description.home === undefined ? {} : { home: '/set-by-the-platform' }),
    ...(description.state === undefined ? {} : { state: '/set-by-the-platform' }),
    // Where the state is differs from person to person, and concerns nobody who reads a repository.
    stateVariables: {},
    stateSecrets: [],
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
  return documents([refused(toolsImage, platform, reason)]);
}

function refused(toolsImage: string, platform: PipelineDescription['platform'], reason: string): object {
  return { ...frame('refused', platform), steps: [refusedStep(toolsImage, reason)] };
}

function documents(list: object[]): string {
  // Drone reads YAML 1.1, in which more words need quotes ("on", "no", 1:20).
  return list
    .map((document) => stringify(document, { version: '1.1', lineWidth: 0, aliasDuplicateObjects: false }))
    .join('---\n');
}

/** How every pipeline begins. Drone's own clone step would have a login of the git host. */
function frame(name: string, platform: PipelineDescription['platform']): object {
  return { kind: 'pipeline', type: 'docker', name, platform, clone: { disable: true } };
}

function pipeline(
  { platform, engineSocket, home = '', state = '' }: PipelineDescription,
  name: string,
  trigger: object,
  more: object,
  steps: Step[],
): object {
  const paths: Record<string, string> = { engine: engineSocket, home, state };
  const mounted = new Set(steps.flatMap(({ volumes = [] }) => volumes.map((volume) => volume.name)));
  return {
    ...frame(name, platform),
    trigger,
    ...more,
    steps,
    ...(mounted.size === 0
      ? {}
      : {
          volumes: [...mounted].map((name) =>
            name === emptyHome ? { name, temp: {} } : { name, host: { path: paths[name] } },
          ),
        }),
  };
}
