import { Document, type Pair, type Scalar, type YAMLMap } from 'yaml';
import {
  apiVariables,
  asComment,
  movesChannel,
  pushVariables,
  registryVariables,
  upstreamInRun,
  type ExternalPipeline,
  type PipelineEnvironment,
} from './external';
import { commandsOf, deploymentNames, programFolder, type Commands } from './external-commands';
import { hosts, manualOnes, notes } from './github-notes';
import {
  expressionOf,
  inExpression,
  isOfJob,
  isToken,
  literal,
  textLiteral,
  withExpression,
} from './github-expressions';
import { jobVariables } from './job-variables';
import { buildVariables, releaseVariable } from './step-variables';

interface Step {
  name: string;
  id?: string;
  if?: string;
  uses?: string;
  with?: Record<string, string | number | boolean>;
  env?: Record<string, string>;
  run?: string;
}

type Permission = Partial<Record<'actions' | 'contents' | 'packages', 'read' | 'write'>>;

interface Job {
  name: string;
  needs?: string[];
  if?: string;
  'runs-on': string | string[];
  'timeout-minutes'?: number;
  permissions: Permission;
  environment?: { name: string; url?: string };
  concurrency?: { group: string; 'cancel-in-progress': boolean; queue?: 'max' };
  container: { image: string; credentials?: { username: string; password: string } };
  outputs?: Record<string, string>;
  env: Record<string, string>;
  steps: Step[];
}

/**
 * The only thing of others that runs in a job. By its commit, which nobody can give to something else; its login ends with the step, so
 * that what was pushed never finds one.
 */
const checkout = { action: 'actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1', version: 'v7.0.1' } as const;

/** The first choice of who starts a run by hand; no environment can be called so. */
const asPush = 'what a push deploys';

/**
 * `.github/workflows/sluice.yml`. A push to the default branch: `build` tests, builds and pushes, then those environments are deployed
 * that a push deploys. A pull request: `test`. A run that a person starts, on the default branch: the same as a push under another tag,
 * or one of the other environments, with what the run builds or with a release that an earlier run has built.
 */
export function gitHubWorkflow(description: ExternalPipeline): string {
  const { defaultBranch, targets } = description;
  const file = {
    name: 'Sluice',
    on: {
      push: { branches: [defaultBranch] },
      pull_request: {},
      workflow_dispatch: { inputs: inputs(description) },
    },
    permissions: {},
    defaults: { run: { shell: 'sh', 'working-directory': programFolder } },
    jobs: {
      test: testJob(description),
      build: buildJob(description),
      ...Object.fromEntries(targets.map((target) => [jobId(target), deployJob(description, target)])),
    },
  };
  const document = new Document(file, { aliasDuplicateObjects: false });
  const { items } = document.contents as YAMLMap<Scalar>;
  for (const { key } of items.slice(1)) key.spaceBefore = true;
  const jobs = items.at(-1) as Pair<Scalar, YAMLMap<Scalar, YAMLMap>>;
  for (const { key } of jobs.value?.items.slice(1) ?? []) key.spaceBefore = true;
  const yaml = document
    .toString({ lineWidth: 0, singleQuote: true })
    .replaceAll(`uses: ${checkout.action}`, `uses: ${checkout.action} # ${checkout.version}`);
  return `${asComment(notes(description))}\n${yaml}`;
}

function jobId({ name }: PipelineEnvironment): string {
  return `deploy-${name}`;
}

function inputs(description: ExternalPipeline): object {
  const manual = manualOnes(description).map(({ name }) => name);
  const tag = {
    description: 'DEFAULT_IMAGE_TAG: the tag that this run builds, pushes and deploys under',
    type: 'string',
    default: description.tag,
  };
  if (manual.length === 0) return { tag };
  return {
    environment: { description: 'What to deploy', type: 'choice', options: [asPush, ...manual], default: asPush },
    release: {
      description:
        'For one environment: what an earlier run has built, sha256:… (its summary says it); empty: build it now',
      type: 'string',
      default: '',
    },
    tag,
  };
}

function base(description: ExternalPipeline): Pick<Job, 'runs-on' | 'container'> {
  const { runner, login, image } = description;
  const [only] = runner;
  return {
    'runs-on': runner.length === 1 && only !== undefined ? only : runner,
    container: {
      // The machine's engine is in every such container, at /var/run/docker.sock.
      image: withExpression(image, hosts(description)),
      ...(login === undefined
        ? {}
        : { credentials: { username: withExpression(login.username), password: withExpression(login.password) } }),
    },
  };
}

/** Of a registry that takes the job's own token. */
function packages({ login }: ExternalPipeline, right: 'read' | 'write'): Permission {
  return isToken(login?.password) ? { packages: right } : {};
}

function withExpressions(variables: Record<string, string>, description: ExternalPipeline): Record<string, string> {
  const visible = hosts(description);
  return Object.fromEntries(
    Object.entries(variables).map(([name, value]) => [name, withExpression(value, visible)] as const),
  );
}

function literals(variables: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, literal(value)]));
}

function checkoutStep(options: Record<string, number> = {}): Step {
  return { name: 'Fetch', uses: checkout.action, with: { 'persist-credentials': false, ...options } };
}

function testJob(description: ExternalPipeline): Job {
  return {
    name: 'test',
    if: inExpression("github.event_name == 'pull_request'"),
    ...base(description),
    'timeout-minutes': 60,
    permissions: { contents: 'read', ...packages(description, 'read') },
    concurrency: { group: `sluice-test-${inExpression('github.ref')}`, 'cancel-in-progress': true },
    env: literals(buildVariables(description)),
    steps: [checkoutStep(), { name: 'Test', run: commands(description).test }],
  };
}

/** What has a secret holds nothing that was pushed: neither by this job nor by one before it on this machine. */
const dropPushed: Step = { name: 'Drop what was pushed', run: '/usr/bin/find "$GITHUB_WORKSPACE" -mindepth 1 -delete' };

function commands(description: ExternalPipeline): Commands {
  return commandsOf(description, {
    job: jobVariables.github,
    build: Object.keys(buildJobVariables(description)),
    proof: ['GITHUB_TOKEN'],
  });
}

function buildJobVariables(description: ExternalPipeline): Record<string, string> {
  return {
    ...literals(buildVariables(description)),
    ...withExpressions(pushVariables(description), description),
    SLUICE_REPOSITORY_URL: `${inExpression('github.server_url')}/${inExpression('github.repository')}`,
    SLUICE_TAG: inExpression(`inputs.tag || ${textLiteral(description.tag)}`),
  };
}

/** One job, because the engine is gone after it, and the image with it. */
function buildJob(description: ExternalPipeline): Job {
  const { test, build, push } = commands(description);
  const canBeGiven = manualOnes(description).length > 0;
  const isUnclear = `inputs.environment == ${textLiteral(asPush)}`;
  const isWanted = canBeGiven ? ` && (!inputs.release || ${isUnclear})` : '';
  return {
    name: 'build',
    if: inExpression(`github.event_name != 'pull_request' && ${onDefault(description)}${isWanted}`),
    ...base(description),
    'timeout-minutes': 60,
    permissions: { contents: 'read', ...packages(description, 'write') },
    // One after the other, and every one of them: the one that is broken off in its push would leave channels half moved.
    concurrency: { group: 'sluice-build', 'cancel-in-progress': false, queue: 'max' },
    outputs: { release: inExpression(`steps.push.outputs.${releaseVariable}`) },
    env: buildJobVariables(description),
    steps: [
      ...(canBeGiven
        ? [
            {
              name: 'Say what the release is for',
              if: inExpression('inputs.release'),
              run: 'echo "::error::A release was given, but no environment: start the run again and choose one."; exit 1',
            },
          ]
        : []),
      // The image tells which commits came before its own.
      checkoutStep({ 'fetch-depth': 0 }),
      { name: 'Test', run: test },
      { name: 'Build', run: build },
      dropPushed,
      {
        name: 'Push',
        id: 'push',
        env: loginVariables(description),
        run: [
          `SLUICE_RELEASE_FILE="$GITHUB_OUTPUT" ${push}`,
          // For people, who may want to deploy it by hand.
          'cat "$GITHUB_OUTPUT" >> "$GITHUB_STEP_SUMMARY"',
          '',
        ].join('\n'),
      },
    ],
  };
}

function deployJob(description: ExternalPipeline, target: PipelineEnvironment): Job {
  const { name, deployOn, approval, promotesFrom, url } = target;
  const upstream = upstreamInRun(target, description.targets);
  const manual = deployOn === 'manual';
  const moves = movesChannel(target);
  const built = 'needs.build.outputs.release';
  const run = '"$GITHUB_SERVER_URL/$GITHUB_REPOSITORY/actions/runs/$GITHUB_RUN_ID"';
  const { channel, approve, deploy } = commands(description);
  const words = `--candidate "$${releaseVariable}" --reason ${run} --reviewed --only-record --yes`;
  return {
    name: `deploy ${name}`,
    needs: ['build', ...(upstream === undefined ? [] : [jobId(upstream)])],
    ...(manual ? { if: inExpression(isWanted(description, name)) } : {}),
    ...base(description),
    permissions: {
      ...(approval ? { actions: 'read' } : {}),
      ...packages(description, moves || promotesFrom !== undefined ? 'write' : 'read'),
    },
    environment: { name, ...(url === undefined ? {} : { url: literal(url) }) },
    // One that waits for its reviewers would keep all later ones waiting; there the lock of the state keeps them apart.
    ...(approval ? {} : { concurrency: { group: `sluice-${name}`, 'cancel-in-progress': false, queue: 'max' } }),
    env: {
      ...withExpressions(moves ? registryVariables(description) : apiVariables(description), description),
      [releaseVariable]: inExpression(manual ? `inputs.release || ${built}` : built),
      ...targetVariables(description, target),
    },
    steps: [
      dropPushed,
      ...(moves ? [{ name: `Move ${name}`, env: loginVariables(description), run: channel(target) }] : []),
      ...(approval ? [{ name: 'Approval', run: approve(target, words) }] : []),
      { name: 'Deploy', run: deploy(target) },
    ],
  };
}

/** When a manual environment is deployed: a person has asked for it, and there is something to deploy. */
function isWanted(description: ExternalPipeline, name: string): string {
  const isThere = "(needs.build.result == 'success' || (needs.build.result == 'skipped' && inputs.release != ''))";
  return [
    '!cancelled()',
    "github.event_name == 'workflow_dispatch'",
    onDefault(description),
    `inputs.environment == ${textLiteral(name)}`,
    isThere,
  ].join(' && ');
}

function onDefault({ defaultBranch }: ExternalPipeline): string {
  return `github.ref == ${textLiteral(`refs/heads/${defaultBranch}`)}`;
}

function loginVariables({ login }: ExternalPipeline): Record<string, string> {
  if (login === undefined) return {};
  return { REGISTRY_USERNAME: withExpression(login.username), REGISTRY_PASSWORD: withExpression(login.password) };
}

function targetVariables(description: ExternalPipeline, target: PipelineEnvironment): Record<string, string> {
  const names = [...deploymentNames(description, target), ...(target.approval ? ['GITHUB_TOKEN'] : [])];
  return Object.fromEntries(
    [...new Set(names)]
      .filter((name) => !isOfJob(name) || isToken(`$${name}`))
      .map((name) => [name, inExpression(expressionOf(name, hosts(description)))]),
  );
}
