import { Document, type Scalar, type YAMLMap } from 'yaml';
import {
  apiVariables,
  asComment,
  madeBy,
  movesChannel,
  namesIn,
  pushVariables,
  registryVariables,
  stateVariables,
  upstreamInRun,
  type ExternalPipeline,
  type PipelineEnvironment,
} from './external';
import { commandsOf, programFolder, type Commands } from './external-commands';
import { audienceOf, idTokenVariable } from './gitlab-identity';
import { jobVariables } from './job-variables';
import { buildVariables } from './step-variables';

interface Job {
  stage: 'test' | 'build' | 'deploy';
  needs?: (string | { job: string; artifacts: boolean })[];
  rules: { if: string; when?: 'manual'; allow_failure?: true }[];
  interruptible: boolean;
  resource_group?: string;
  environment?: { name: string; url?: string };
  id_tokens?: Record<string, { aud: string }>;
  variables: Record<string, string>;
  script: string[];
  artifacts?: { reports: { dotenv: string } };
}

/** Where the job "build" leaves what it has built, for the jobs after it. */
const releaseFile = 'sluice.env';

/** The program's own folder, in which all is started. The one that one comes from holds what was pushed. */
const toProgram = `pushed=$(pwd) && cd ${programFolder}`;

/** What has a secret or an engine to deploy to holds nothing that was pushed: neither by this job nor by one before it on this runner. */
const dropPushed = '/usr/bin/find "$pushed" -mindepth 1 -delete';

/**
 * `.gitlab-ci.yml` for the root of the repository. A push to the default branch: `build` tests, builds and pushes, then those
 * environments are deployed that a push deploys; the others have a job that waits for a person and keeps nothing else waiting. Any other
 * branch and merge requests: `test`.
 */
export function gitLabPipeline(description: ExternalPipeline): string {
  const { defaultBranch, image, tag, targets } = description;
  const onDefault = `$CI_COMMIT_BRANCH == ${JSON.stringify(defaultBranch)}`;
  const otherBranch = `$CI_COMMIT_BRANCH != ${JSON.stringify(defaultBranch)}`;
  const isMergeRequest = '$CI_PIPELINE_SOURCE == "merge_request_event"';
  const jobs = Object.fromEntries<Job>([
    ['test', testJob(description, [{ if: isMergeRequest }, { if: `$CI_COMMIT_BRANCH && ${otherBranch}` }])],
    ['build', buildJob(description, onDefault)],
    ...targets.map((target): [string, Job] => [jobName(target, targets), deployJob(description, target, onDefault)]),
  ]);
  const file = {
    workflow: {
      rules: [
        { if: isMergeRequest },
        // A branch with an open merge request is tested once, as that.
        { if: `$CI_COMMIT_BRANCH && $CI_OPEN_MERGE_REQUESTS && ${otherBranch}`, when: 'never' },
        { if: '$CI_COMMIT_BRANCH' },
      ],
    },
    stages: ['test', 'build', 'deploy'],
    variables: {
      DEFAULT_IMAGE_TAG: {
        value: literal(tag),
        description: 'The tag that this run builds, pushes and deploys under',
      },
    },
    default: { image },
    ...jobs,
  };
  const document = new Document(file, { version: '1.1', aliasDuplicateObjects: false });
  for (const { key } of (document.contents as YAMLMap<Scalar>).items.slice(1)) key.spaceBefore = true;
  const yaml = document.toString({ lineWidth: 0 });
  return `${asComment(comment(description))}\n${yaml}`;
}

/** The first environment that a push deploys is what people call the deployment. */
function jobName({ name }: PipelineEnvironment, targets: readonly PipelineEnvironment[]): string {
  return targets.find(({ deployOn }) => deployOn === 'push')?.name === name ? 'deploy' : `deploy ${name}`;
}

function testJob(description: ExternalPipeline, rules: Job['rules']): Job {
  return {
    stage: 'test',
    rules,
    interruptible: true,
    variables: literals(buildVariables(description)),
    script: [toProgram, commands(description).test],
  };
}

function commands(description: ExternalPipeline): Commands {
  return commandsOf(description, {
    job: jobVariables.gitlab,
    build: Object.keys(buildJobVariables(description)),
    proof: [idTokenVariable],
  });
}

function buildJobVariables(description: ExternalPipeline): Record<string, string> {
  return {
    ...literals(buildVariables(description)),
    ...withVariables(pushVariables(description)),
    SLUICE_REPOSITORY_URL: '$CI_PROJECT_URL',
    SLUICE_RELEASE_FILE: releaseFile,
    SLUICE_TAG: '$DEFAULT_IMAGE_TAG',
  };
}

/** One job, because an engine beside the job may be gone after it, and the image with it. */
function buildJob(description: ExternalPipeline, onDefault: string): Job {
  const { test, build, push } = commands(description);
  return {
    stage: 'build',
    rules: [{ if: onDefault }],
    // Every push is built; one that is broken off in its push would leave channels half moved.
    interruptible: false,
    // One at a time. Which of those that wait comes first GitLab does not promise; no channel goes back to an older commit all the same.
    resource_group: 'sluice-build',
    variables: {
      ...buildJobVariables(description),
      // The image tells which commits came before its own.
      GIT_DEPTH: '0',
    },
    script: [toProgram, test, build, dropPushed, ...loginScript(description), push],
    artifacts: { reports: { dotenv: releaseFile } },
  };
}

function deployJob(description: ExternalPipeline, target: PipelineEnvironment, onDefault: string): Job {
  const { targets } = description;
  const { name, deployOn, approval, url } = target;
  const upstream = upstreamInRun(target, targets);
  const manual = deployOn === 'manual';
  const moves = movesChannel(target);
  const approves = manual && approval;
  const { channel, approve, deploy } = commands(description);
  return {
    stage: 'deploy',
    needs: [{ job: 'build', artifacts: true }, ...(upstream === undefined ? [] : [jobName(upstream, targets)])],
    rules: [manual ? { if: onDefault, when: 'manual', allow_failure: true } : { if: onDefault }],
    interruptible: false,
    resource_group: name,
    environment: { name, ...(url === undefined ? {} : { url: literal(url) }) },
    ...(approves ? { id_tokens: { [idTokenVariable]: { aud: audienceOf(description.instance) } } } : {}),
    variables: {
      ...withVariables(moves ? registryVariables(description) : apiVariables(description)),
      // Nothing of what was pushed is looked at here.
      GIT_STRATEGY: 'none',
    },
    script: [
      toProgram,
      dropPushed,
      ...(moves ? [...loginScript(description), channel(target)] : []),
      // Of the commit that the ID token names, and so of what this pipeline has built.
      ...(approves ? [approve(target, '--reason "$CI_JOB_URL" --only-record --yes')] : []),
      deploy(target),
    ],
  };
}

/**
 * By the shell, which puts a value in as it is: GitLab would look for further variables in it, and a robot of Harbor is called
 * `robot$name`.
 */
function loginScript({ login }: ExternalPipeline): string[] {
  if (login === undefined) return [];
  const username = login.username.startsWith('$') ? `"${login.username}"` : `'${login.username}'`;
  return [`export REGISTRY_USERNAME=${username} REGISTRY_PASSWORD="${login.password}"`];
}

/** GitLab puts variables into a job's variables; what is meant as it stands has each `$` twice. */
function literal(text: string): string {
  return text.replaceAll('$', '$$$$');
}

/** The same of what may begin with a variable, the registry's host: that one is put in. */
function withVariables(variables: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(variables).map(([name, value]) => {
      const [variable] = namesIn(value);
      return [
        name,
        variable === undefined ? literal(value) : `$${variable}${literal(value.slice(variable.length + 1))}`,
      ];
    }),
  );
}

function literals(variables: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, literal(value)]));
}

function comment(description: ExternalPipeline): string[] {
  const { image, login, registry, targets } = description;
  const named = namesIn(registry.address, login?.username ?? '', login?.password ?? '');
  const ofImage = namesIn(image);
  const manual = targets.filter(({ deployOn }) => deployOn === 'manual').map(({ name }) => name);
  return [
    ...madeBy(description),
    '',
    'Variables to set at GitLab (Settings, CI/CD, Variables), masked where it can; those of a run win over those of the project:',
    `  protected: ${[...named.filter((name) => !ofImage.includes(name)), ...stateVariables, ...description.stateVariables].join(', ')}`,
    '  and what else the stack files name by $NAME: the login of the machines, for one.',
    `  not protected, for the tests of every branch: ${[...ofImage, 'DOCKER_AUTH_CONFIG'].join(', ')}; by the last one the runner pulls`,
    '  the image of the jobs: give it an account that may only pull.',
    'The jobs "test" and "build" need a Docker engine, by DOCKER_HOST or at /var/run/docker.sock. In the config.toml of the runner either',
    '  [runners.docker] volumes = ["/var/run/docker.sock:/var/run/docker.sock"]      (the engine of the runner), or',
    '  a service docker:dind with alias = "docker", and environment = ["DOCKER_HOST=tcp://docker:2375", "DOCKER_TLS_CERTDIR="].',
    ...(manual.length === 0
      ? []
      : [
          `${manual.join(', ')}: deployed by their jobs only, which wait for a person. A job brings what its own pipeline has built.`,
        ]),
  ];
}
