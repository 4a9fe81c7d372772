import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parse } from 'yaml';
import { startIn } from '../../pipelines/external-commands';
import { gitHubWorkflow } from '../../pipelines/github';
import { descriptionsWith, typed } from './external-pipelines';
import { exampleWorkflow, gitHubExample } from './github-example';
import { gitLabSample } from './gitlab-sample';
import { evaluatedByGitHub, parsedByGitHub, type Contexts } from './workflow-parser';

interface Step {
  name: string;
  uses?: string;
  with?: Record<string, unknown>;
  env?: Record<string, string>;
  run?: string;
}

interface Job {
  needs?: string[];
  if?: string;
  permissions: Record<string, string>;
  environment?: { name: string };
  concurrency?: { group: string; 'cancel-in-progress': boolean; queue?: string };
  container: { image: string; credentials?: Record<string, string> };
  outputs?: Record<string, string>;
  env: Record<string, string>;
  steps: Step[];
}

interface Workflow {
  on: { workflow_dispatch: { inputs: Record<string, { options?: string[] }> } };
  permissions: Record<string, string>;
  defaults: { run: Record<string, string> };
  jobs: Record<string, Job>;
}

const read = (text: string): Workflow => parse(text) as Workflow;
const asPush = 'what a push deploys';
const descriptions = descriptionsWith({
  argument: fc.oneof(typed, fc.constant('${{ github.actor }}'), fc.constant("a${{'b")),
  login: fc.constantFrom(
    undefined,
    { username: '$GITHUB_ACTOR', password: '$GITHUB_TOKEN' },
    { username: 'robot$shop', password: '$HARBOR_PASSWORD' },
  ),
  variables: ['HARBOR_PASSWORD', 'GITHUB_TOKEN', 'SSH_PASSWORD'],
});
const digest = `sha256:${'c'.repeat(64)}`;

/** What has started a run. */
interface Start {
  event: 'push' | 'pull_request' | 'workflow_dispatch';
  branch?: string;
  inputs?: Record<string, string>;
  /** Jobs that fail. */
  failing?: string[];
}

/** Ids of the jobs that run, as GitHub decides by their order and conditions. */
function ran(text: string, { event, branch = 'main', inputs = {}, failing = [] }: Start): string[] {
  const results: Record<string, string> = {};
  for (const [id, job] of Object.entries(read(text).jobs)) {
    const needs = Object.fromEntries(
      (job.needs ?? []).map((name) => [name, { result: results[name] ?? '', outputs: {} }]),
    );
    const contexts: Contexts = { github: { event_name: event, ref: `refs/heads/${branch}` }, inputs, needs };
    const isFine = Object.values(needs).every(({ result }) => result === 'success');
    const status = { cancelled: false, success: isFine, failure: !isFine, always: true };
    // Without one of these functions a condition stands for "and all that it needs has succeeded".
    const hasStatus = /\b(cancelled|success|failure|always)\(\)/.test(job.if ?? '');
    const is = evaluatedByGitHub(job.if ?? 'success()', contexts, status);
    const runs = is === true && (hasStatus || isFine);
    results[id] = !runs ? 'skipped' : failing.includes(id) ? 'failure' : 'success';
  }
  return Object.keys(results).filter((id) => results[id] !== 'skipped');
}

/** A value with its expressions evaluated. */
function valueOf(text: string, contexts: Contexts): string {
  return text.replace(/\$\{\{ (.*?) \}\}/g, (_, expression: string) => String(evaluatedByGitHub(expression, contexts)));
}

describe('gitHubWorkflow', () => {
  it('is exactly what the example ships', () => {
    assert.equal(gitHubWorkflow(gitHubExample()), exampleWorkflow);
  });

  it('tells people what to set where, and who approves', () => {
    const [comment = ''] = gitHubWorkflow(gitLabSample()).split('\n\n');
    assert.ok(comment.split('\n').every((line) => line.startsWith('#')));
    for (const told of [
      './sluice pipeline discounts',
      'sluice-deploy:0123456789ab',
      'for the repository: HARBOR_HOST, HARBOR_USERNAME, HARBOR_PASSWORD.',
      'As a variable and no secret: HARBOR_HOST.',
      'production: PULUMI_BACKEND_URL, PULUMI_CONFIG_PASSPHRASE. Its required reviewers are the people who approve.',
      'stage, production: deployed only by a run that a person starts.',
    ]) {
      assert.ok(comment.includes(told), told);
    }
  });

  describe('who runs when, by the conditions as GitHub evaluates them', () => {
    const text = exampleWorkflow;
    const [build, dev, pilot, production] = ['build', 'deploy-team-dev', 'deploy-team-pilot', 'deploy-team-production'];

    it('a push goes the whole way, but for what people ask for; what fails ends it', () => {
      assert.deepEqual(ran(text, { event: 'push' }), [build, dev, production]);
      assert.deepEqual(ran(text, { event: 'push', failing: ['build'] }), [build]);
      assert.deepEqual(ran(text, { event: 'push', failing: ['deploy-team-dev'] }), [build, dev]);
    });

    it('a pull request is tested, and nothing else', () => {
      assert.deepEqual(ran(text, { event: 'pull_request', branch: 'main' }), ['test']);
    });

    it('a run by hand builds like a push, or brings one environment what it builds or what was built', () => {
      const by = (inputs: Record<string, string>, more: Partial<Start> = {}) =>
        ran(text, { event: 'workflow_dispatch', inputs, ...more });
      assert.deepEqual(by({ environment: asPush, release: '', tag: '1.4.2' }), [build, dev, production]);
      assert.deepEqual(by({ environment: 'team-pilot', release: '', tag: 'x' }), [build, dev, pilot, production]);
      assert.deepEqual(by({ environment: 'team-pilot', release: digest, tag: 'x' }), [pilot]);
      assert.deepEqual(by({ environment: 'team-pilot', release: '', tag: 'x' }, { failing: ['build'] }), [build]);
      // The build's first step refuses that.
      assert.deepEqual(by({ environment: asPush, release: digest, tag: 'x' }, { failing: ['build'] }), [build]);
      assert.deepEqual(by({ environment: 'team-pilot', release: digest, tag: 'x' }, { branch: 'feature' }), []);
      assert.deepEqual(by({ environment: asPush, release: '', tag: 'x' }, { branch: 'feature' }), []);
    });

    it('the tag and the release are the run’s own where somebody gives them', () => {
      const { jobs } = read(text);
      const tag = jobs['build']?.env['SLUICE_TAG'] ?? '';
      assert.equal(valueOf(tag, { inputs: {} }), 'latest');
      assert.equal(valueOf(tag, { inputs: { tag: '1.4.2' } }), '1.4.2');
      const release = jobs['deploy-team-pilot']?.env['SLUICE_RELEASE_DIGEST'] ?? '';
      const needs = { build: { outputs: { release: 'sha256:built' } } };
      assert.equal(valueOf(release, { inputs: { release: '' }, needs }), 'sha256:built');
      assert.equal(valueOf(release, { inputs: { release: digest }, needs }), digest);
      // A push deploys what it has built, whatever else is said.
      assert.equal(jobs['deploy-team-dev']?.env['SLUICE_RELEASE_DIGEST'], '${{ needs.build.outputs.release }}');
    });
  });

  it('has no choice of environments where a push deploys all of them', () => {
    const [first, ...rest] = gitHubExample().targets;
    assert.ok(first !== undefined && rest.length === 2);
    const text = gitHubWorkflow(gitHubExample({ targets: [first] }));
    assert.deepEqual(Object.keys(read(text).on.workflow_dispatch.inputs), ['tag']);
    assert.deepEqual(ran(text, { event: 'workflow_dispatch', inputs: { tag: 'x' } }), ['build', 'deploy-team-dev']);
  });

  it('takes host and login from what GitHub lets where: no secret in the name of an image', () => {
    const { jobs } = read(gitHubWorkflow(gitLabSample()));
    assert.deepEqual(jobs['test']?.container, {
      image: `\${{ vars.HARBOR_HOST }}/shop/sluice-deploy@sha256:${'ab12'.repeat(16)}`,
      credentials: {
        username: '${{ secrets.HARBOR_USERNAME || vars.HARBOR_USERNAME }}',
        password: '${{ secrets.HARBOR_PASSWORD || vars.HARBOR_PASSWORD }}',
      },
    });
    assert.equal(jobs['build']?.env['SLUICE_REGISTRY'], '${{ vars.HARBOR_HOST }}/shop');
    // Only a registry that takes the job's own token is asked for by its rights.
    assert.deepEqual(jobs['build'].permissions, { contents: 'read' });
    assert.deepEqual(jobs['deploy-dev']?.permissions, {});
    const open = read(gitHubWorkflow(gitLabSample({ login: undefined, runner: ['self-hosted', 'linux'] })));
    assert.equal(open.jobs['test']?.container.credentials, undefined);
    assert.deepEqual((open.jobs['test'] as unknown as Record<string, unknown>)['runs-on'], ['self-hosted', 'linux']);
  });

  it('tells a registry that jobs reach another way, and its private authority', () => {
    const registry = { address: 'registry:5000', endpoint: 'http://registry:5000', ca: 'Q0E=' };
    const { jobs } = read(gitHubWorkflow(gitLabSample({ registry })));
    for (const name of ['build', 'deploy-dev', 'deploy-stage', 'deploy-production']) {
      assert.equal(jobs[name]?.env['SLUICE_REGISTRY_ENDPOINT'], 'http://registry:5000', name);
      assert.equal(jobs[name].env['SLUICE_REGISTRY_CA'], 'Q0E=', name);
    }
  });

  it('tells the job that builds, and no other, what a release is made of', () => {
    const artifacts = { app: { stage: 'package', path: '/out/app.zip', mediaType: 'application/zip' } };
    const { jobs } = read(gitHubWorkflow(gitLabSample({ platforms: ['linux/arm64'], artifacts })));
    for (const [name, { env }] of Object.entries(jobs)) {
      assert.equal(env['SLUICE_PLATFORMS'], name === 'build' ? 'linux/arm64' : undefined, name);
      assert.equal(env['SLUICE_ARTIFACTS'], name === 'build' ? JSON.stringify(artifacts) : undefined, name);
    }
  });

  it('is as safe as it can be, whatever the description', async function () {
    this.timeout(60_000);
    await fc.assert(
      fc.asyncProperty(descriptions, async (description) => {
        const text = gitHubWorkflow(description);
        assert.equal(gitHubWorkflow(description), text);
        const { errors, jobs: ids } = await parsedByGitHub(text);
        assert.deepEqual(errors, []);
        const names = description.targets.map(({ name }) => name);
        assert.deepEqual(ids, ['test', 'build', ...names.map((name) => `deploy-${name}`)]);
        const { jobs, permissions, defaults } = read(text);
        assert.deepEqual([permissions, defaults.run['working-directory']], [{}, '/sluice/program']);
        const branch = description.defaultBranch;
        const pushed = ran(text, { event: 'push', branch });
        for (const [id, job] of Object.entries(jobs)) {
          assertSafe(job);
          const target = description.targets.find(({ name }) => `deploy-${name}` === id);
          assert.equal(job.environment?.name, target?.name);
          assert.ok(!ran(text, { event: 'push', branch: 'other' }).includes(id));
          if (target === undefined) continue;
          assert.equal(pushed.includes(id), target.deployOn === 'push');
          // Whoever waits for reviewers keeps nobody else waiting.
          assert.equal(job.concurrency === undefined, target.approval);
          const starts = job.steps.flatMap(({ run = '' }) => startIn(run)?.words ?? []);
          const asks = starts.filter((words) => words.startsWith('sluice approve'));
          assert.equal(asks.length, target.approval ? 1 : 0);
          assert.ok(asks.every((words) => words.includes(' --reviewed ')));
          assert.equal(job.steps[0]?.run, '/usr/bin/find "$GITHUB_WORKSPACE" -mindepth 1 -delete');
          assert.equal(job.permissions['actions'], target.approval ? 'read' : undefined);
          const moved = starts.filter((words) => words.startsWith('sluice step channel'));
          assert.equal(moved.length, target.deployOn === 'manual' && target.channel !== undefined ? 1 : 0);
        }
        const told = valueOf(jobs['build']?.env['SLUICE_BUILD_ARGUMENTS'] ?? '', {});
        assert.deepEqual(JSON.parse(told), description.buildArguments);
      }),
      { numRuns: 40 },
    );
  });

  it('would be refused by GitHub with a key, a context or a job that is not there', async () => {
    const wrong = async (from: string, to: string) => {
      const text = gitHubWorkflow(gitLabSample());
      assert.ok(text.includes(from));
      return (await parsedByGitHub(text.replace(from, to))).errors.join();
    };
    assert.match(await wrong('cancel-in-progress', 'cancel-in-progres'), /Unexpected value 'cancel-in-progres'/);
    assert.match(await wrong('image: ${{ vars.', 'image: ${{ secrets.'), /Unrecognized named-value: 'secrets'/);
    assert.match(await wrong('      - build\n', '      - biuld\n'), /depends on unknown job 'biuld'/);
  });
});

/** What holds for every job. */
function assertSafe({ steps, concurrency, permissions, container, env }: Job): void {
  for (const { run = '', uses, with: options } of steps) {
    assert.ok(!run.includes('${{'), run);
    if (uses === undefined) continue;
    assert.match(uses, /^actions\/checkout@[0-9a-f]{40}$/);
    assert.equal(options?.['persist-credentials'], false);
  }
  assert.match(container.image, /@sha256:[0-9a-f]{64}$/);
  if (concurrency !== undefined && concurrency.queue !== undefined) {
    assert.deepEqual([concurrency['cancel-in-progress'], concurrency.queue], [false, 'max']);
  }
  assert.ok(permissions['contents'] !== 'write' && permissions['actions'] !== 'write');
  // The step that runs what was pushed is given no secret, and a job that is given one fetches nothing that was pushed.
  const hasSecret = Object.values(env).some((value) => /secrets\.|github\.token/.test(value));
  assert.ok(!hasSecret || steps.every(({ uses }) => uses === undefined));
  for (const { name, env: own = {} } of steps) {
    const has = Object.values(own).some((value) => /secrets\.|github\.token/.test(value));
    assert.ok(!has || name === 'Push' || name.startsWith('Move '), name);
  }
}
