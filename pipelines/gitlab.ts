import { Document, type Scalar, type YAMLMap } from 'yaml';
import { buildVariables, channelVariables, imageVariables, type Way } from './step-variables';
import { releaseVariable } from './steps/push';

/** An environment as GitLab deploys it. */
export interface GitLabEnvironment {
  name: string;
  /** `push`: after every push to the default branch; `manual`: by a job that a person starts. */
  deployOn: 'push' | 'manual';
  /** The registry tag that it follows; none of one that promotes from another. */
  channel?: string;
  /** The environment whose releases it takes. */
  promotesFrom?: string;
  /** Its gate asks people: whoever starts its job approves. */
  approval: boolean;
  /** Where people find it. */
  url?: string;
}

/**
 * One repository's way to production with GitLab. Holds no secret. A text that begins with `$NAME` has the CI's variable there; all others
 * stand for themselves. The registry's `endpoint` is empty where jobs reach its API as everybody does.
 */
export interface GitLabDescription extends Way {
  /** Image with this program and the team's stack files, by digest: what every job runs in. */
  image: string;
  /** The tag that it was published under, for people. */
  imageTag: string;
  /** DEFAULT_IMAGE_TAG: what images are built, pushed and deployed under unless a pipeline is started with another. */
  tag: string;
  /** Tags that no run may take: environments follow them. */
  reservedTags: string[];
  /** The registry's account, absent where it asks for none. The password is a variable's name, `$HARBOR_PASSWORD`. */
  login?: { username: string; password: string };
  /** In the order in which they are brought up. */
  targets: GitLabEnvironment[];
}

interface Job {
  stage: 'test' | 'build' | 'deploy';
  needs?: (string | { job: string; artifacts: boolean })[];
  rules: { if: string; when?: 'manual'; allow_failure?: true }[];
  interruptible: boolean;
  resource_group?: string;
  environment?: { name: string; url?: string };
  variables: Record<string, string>;
  script: string[];
  artifacts?: { reports: { dotenv: string } };
}

/** Where the job "build" leaves what it has built, for the jobs after it. */
const releaseFile = 'sluice.env';

/**
 * `.gitlab-ci.yml` for the root of the repository. A push to the default branch: `build` tests, builds and pushes, then those
 * environments are deployed that a push deploys; the others have a job that waits for a person and keeps nothing else waiting. Any other
 * branch and merge requests: `test`.
 */
export function gitLabPipeline(description: GitLabDescription): string {
  const { defaultBranch, image, tag, targets } = description;
  const onDefault = `$CI_COMMIT_BRANCH == ${JSON.stringify(defaultBranch)}`;
  const elsewhere = `$CI_COMMIT_BRANCH != ${JSON.stringify(defaultBranch)}`;
  const isMergeRequest = '$CI_PIPELINE_SOURCE == "merge_request_event"';
  const jobs = Object.fromEntries<Job>([
    ['test', testJob(description, [{ if: isMergeRequest }, { if: `$CI_COMMIT_BRANCH && ${elsewhere}` }])],
    ['build', buildJob(description, onDefault)],
    ...targets.map((target): [string, Job] => [jobName(target, targets), deployJob(description, target, onDefault)]),
  ]);
  const file = {
    workflow: {
      rules: [
        { if: isMergeRequest },
        // A branch with an open merge request is tested once, as that.
        { if: `$CI_COMMIT_BRANCH && $CI_OPEN_MERGE_REQUESTS && ${elsewhere}`, when: 'never' },
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
  return `${comment(description)
    .map((line) => `#${line === '' ? '' : ` ${line}`}\n`)
    .join('')}\n${yaml}`;
}

/** The first environment that a push deploys is what people call the deployment. */
function jobName({ name }: GitLabEnvironment, targets: readonly GitLabEnvironment[]): string {
  return targets.find(({ deployOn }) => deployOn === 'push')?.name === name ? 'deploy' : `deploy ${name}`;
}

function testJob(description: GitLabDescription, rules: Job['rules']): Job {
  return {
    stage: 'test',
    rules,
    interruptible: true,
    variables: literals(buildVariables(description)),
    script: ['sluice step test'],
  };
}

/** One job, because an engine beside the job may be gone after it, and the image with it. */
function buildJob(description: GitLabDescription, onDefault: string): Job {
  const { defaultBranch, reservedTags } = description;
  return {
    stage: 'build',
    rules: [{ if: onDefault }],
    // Every push is built; one that is broken off in its push would leave channels half moved.
    interruptible: false,
    variables: {
      ...literals(buildVariables(description)),
      ...registryVariables(description),
      ...literals(channelVariables(description)),
      SLUICE_RESERVED_TAGS: reservedTags.join(','),
      SLUICE_REPOSITORY_URL: '$CI_PROJECT_URL',
      SLUICE_RELEASE_FILE: releaseFile,
      SLUICE_TAG: '$DEFAULT_IMAGE_TAG',
      // Whether this commit is superseded is seen in the history.
      GIT_DEPTH: '0',
    },
    script: [
      'sluice step test',
      'sluice step build',
      `git -c safe.directory='*' fetch --quiet origin ${defaultBranch} || echo "later commits can't be looked for"`,
      ...loginScript(description),
      'sluice step push',
    ],
    artifacts: { reports: { dotenv: releaseFile } },
  };
}

function deployJob(description: GitLabDescription, target: GitLabEnvironment, onDefault: string): Job {
  const { targets } = description;
  const { name, deployOn, channel, promotesFrom, approval, url } = target;
  const upstream = targets.find((each) => each.name === promotesFrom && each.deployOn === 'push');
  const manual = deployOn === 'manual';
  return {
    stage: 'deploy',
    needs: [
      { job: 'build', artifacts: true },
      ...(upstream !== undefined && !manual ? [jobName(upstream, targets)] : []),
    ],
    rules: [manual ? { if: onDefault, when: 'manual', allow_failure: true } : { if: onDefault }],
    interruptible: false,
    resource_group: name,
    environment: { name, ...(url === undefined ? {} : { url: literal(url) }) },
    variables: {
      ...(manual && channel !== undefined ? registryVariables(description) : endpoint(description)),
      // Nothing of what was pushed is looked at here.
      GIT_STRATEGY: 'none',
    },
    script: [
      ...(manual && channel !== undefined ? [...loginScript(description), `sluice step channel ${channel}`] : []),
      ...(manual && approval
        ? [`sluice approve ${name} --candidate "$${releaseVariable}" --reason "$CI_JOB_URL" --only-record --yes`]
        : []),
      `sluice deploy ${name}${manual && promotesFrom !== undefined ? ` --release "$${releaseVariable}"` : ''}`,
    ],
  };
}

function registryVariables(description: GitLabDescription): Record<string, string> {
  return { ...imageVariables(description), ...endpoint(description) };
}

function endpoint({ registry: { endpoint: url, ca } }: GitLabDescription): Record<string, string> {
  return {
    ...(url === '' ? {} : { SLUICE_REGISTRY_ENDPOINT: literal(url) }),
    ...(ca === undefined ? {} : { SLUICE_REGISTRY_CA: ca }),
  };
}

/**
 * By the shell, which puts a value in as it is: GitLab would look for further variables in it, and a robot of Harbor is called
 * `robot$name`.
 */
function loginScript({ login }: GitLabDescription): string[] {
  if (login === undefined) return [];
  const username = login.username.startsWith('$') ? `"${login.username}"` : `'${login.username}'`;
  return [`export REGISTRY_USERNAME=${username} REGISTRY_PASSWORD="${login.password}"`];
}

/** GitLab puts variables into a job's variables; what is meant as it stands has each `$` twice. */
function literal(text: string): string {
  return text.replaceAll('$', '$$$$');
}

function literals(variables: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, literal(value)]));
}

function comment({ service, imageTag, login, registry, targets }: GitLabDescription): string[] {
  const named = [registry.address, login?.username ?? '', login?.password ?? ''].flatMap(
    (text) => /^\$([A-Z_][A-Z0-9_]*)/.exec(text)?.[1] ?? [],
  );
  const manual = targets.filter(({ deployOn }) => deployOn === 'manual').map(({ name }) => name);
  return [
    `Made by "npm run pipeline -- ${service}", where the configuration is. It is made anew, not edited: the image below holds the`,
    `stack files as they were then (sluice-deploy:${imageTag}). Your own part is the Dockerfile: its stage "test" runs the unit tests, its`,
    'last stage is the image that is deployed.',
    '',
    'Variables to set at GitLab (Settings, CI/CD, Variables), masked and protected; those of a run win over those of the project:',
    `  ${[...new Set([...named, 'PULUMI_BACKEND_URL', 'PULUMI_CONFIG_PASSPHRASE'])].join(', ')}`,
    '  and what else the stack files name by $NAME: the login of the machines, for one.',
    '  DOCKER_AUTH_CONFIG, so that the runner may pull the image of the jobs.',
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
