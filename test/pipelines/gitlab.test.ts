import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parse } from 'yaml';
import { startIn } from '../../pipelines/external-commands';
import { gitLabPipeline } from '../../pipelines/gitlab';
import { gitLabDescriptions } from './external-pipelines';
import { gitLabSample } from './gitlab-sample';
import { dropped, toProgram, whole } from './gitlab-whole';

interface Job {
  needs?: unknown[];
  rules: { if: string; when?: string; allow_failure?: boolean }[];
  id_tokens?: Record<string, { aud: string }>;
  variables: Record<string, string>;
  script: string[];
  environment?: { name: string; url?: string };
  resource_group?: string;
  interruptible: boolean;
}

const read = (text: string) => parse(text, { version: '1.1' }) as Record<string, Job>;
const jobsOf = (text: string): [string, Job][] => Object.entries(read(text)).filter(([, each]) => 'script' in each);

/** What a job starts, in the program's own words. */
const startsOf = ({ script }: Job): string[] => script.flatMap((line) => startIn(line)?.words ?? []);
describe('gitLabPipeline', () => {
  it('is exactly this, below a comment for people', () => {
    const text = gitLabPipeline(gitLabSample());
    const [comment = '', ...rest] = text.split('\n\n');
    assert.equal(rest.join('\n\n'), whole);
    assert.ok(comment.split('\n').every((line) => line.startsWith('#')));
    for (const told of [
      './sluice pipeline discounts',
      'sluice-deploy:0123456789ab',
      'protected: HARBOR_USERNAME, HARBOR_PASSWORD, PULUMI_BACKEND_URL, PULUMI_CONFIG_PASSPHRASE',
      'not protected, for the tests of every branch: HARBOR_HOST, DOCKER_AUTH_CONFIG;',
      'DOCKER_HOST',
      'stage, production: deployed by their jobs only',
    ]) {
      assert.ok(comment.includes(told), told);
    }
  });

  it('names jobs after environments, the first that a push deploys "deploy", and orders those that follow it', () => {
    const names = gitLabSample({
      targets: [
        {
          name: 'preview',
          deployOn: 'manual',
          channel: 'preview',
          approval: false,
          onPlatformEngine: false,
          variables: [],
        },
        {
          name: 'staging',
          deployOn: 'push',
          channel: 'staging',
          approval: false,
          onPlatformEngine: false,
          variables: [],
        },
        {
          name: 'production',
          deployOn: 'push',
          promotesFrom: 'staging',
          approval: true,
          onPlatformEngine: false,
          variables: [],
          url: 'https://shop.example.com',
        },
      ],
    });
    const jobs = read(gitLabPipeline(names));
    assert.deepEqual(
      jobsOf(gitLabPipeline(names)).map(([name]) => name),
      ['test', 'build', 'deploy preview', 'deploy', 'deploy production'],
    );
    assert.deepEqual(jobs['deploy production']?.needs, [{ job: 'build', artifacts: true }, 'deploy']);
    // Nobody has started it, so nobody approves, and it takes what is newest.
    assert.deepEqual(startsOf(jobs['deploy production']), ['sluice deploy production --platform platform']);
    assert.equal(jobs['deploy production'].id_tokens, undefined);
    assert.deepEqual(jobs['deploy production'].environment, { name: 'production', url: 'https://shop.example.com' });
  });

  it('tells the job that builds, and no other, what a release is made of', () => {
    const artifacts = { app: { stage: 'package', path: '/out/app.zip', mediaType: 'application/zip' } };
    const jobs = parse(gitLabPipeline(gitLabSample({ platforms: ['linux/arm64'], artifacts }))) as Record<
      string,
      { variables?: Record<string, string> }
    >;
    const told = Object.entries(jobs).filter(([, { variables }]) => variables?.['SLUICE_ARTIFACTS'] !== undefined);
    assert.deepEqual(
      told.map(([name, { variables }]) => [name, variables?.['SLUICE_PLATFORMS'], variables?.['SLUICE_ARTIFACTS']]),
      [['build', 'linux/arm64', JSON.stringify(artifacts)]],
    );
  });

  it('tells a registry that jobs reach another way, and none that asks for no login', () => {
    const registry = { address: 'registry:5000', endpoint: 'http://registry:5000' };
    const jobs = read(gitLabPipeline(gitLabSample({ registry, login: undefined })));
    for (const name of ['build', 'deploy', 'deploy stage', 'deploy production']) {
      assert.equal(jobs[name]?.variables['SLUICE_REGISTRY_ENDPOINT'], 'http://registry:5000', name);
    }
    const withCa = read(gitLabPipeline(gitLabSample({ registry: { ...registry, ca: 'LS0t' } })));
    assert.deepEqual(
      ['build', 'deploy stage'].map((name) => withCa[name]?.variables['SLUICE_REGISTRY_CA']),
      ['LS0t', 'LS0t'],
    );
    assert.ok(!gitLabPipeline(gitLabSample({ login: undefined })).includes('export '));
    const literal = gitLabPipeline(gitLabSample({ login: { username: 'robot$ci', password: '$HARBOR_PASSWORD' } }));
    assert.ok(literal.includes(`export REGISTRY_USERNAME='robot$ci' REGISTRY_PASSWORD="$HARBOR_PASSWORD"`));
  });

  it('lets only the job that a person starts change anything but what a push deploys, whatever the description', () => {
    fc.assert(
      fc.property(gitLabDescriptions, (description) => {
        const text = gitLabPipeline(description);
        assert.equal(gitLabPipeline(description), text);
        const jobs = jobsOf(text);
        const main = `$CI_COMMIT_BRANCH == "${description.defaultBranch}"`;
        for (const [name, job] of jobs) {
          const target = description.targets.find((each) => each.name === job.environment?.name);
          const manual = target?.deployOn === 'manual';
          assert.equal(
            job.rules.every(({ when }) => when === 'manual'),
            manual,
            name,
          );
          // A job that waits for a person keeps no pipeline waiting.
          assert.ok(job.rules.every(({ when, allow_failure }) => (when === 'manual') === (allow_failure === true)));
          if (name !== 'test') assert.deepEqual([...new Set(job.rules.map((rule) => rule.if))], [main]);
          assert.equal(job.interruptible, name === 'test');
          // One at a time: builds, and what deploys one environment.
          assert.equal(job.resource_group, name === 'build' ? 'sluice-build' : target?.name);
          assert.equal(
            startsOf(job).some((words) => words.startsWith('sluice approve')),
            manual && target.approval,
          );
          // The token that proves who has started it, in the job that asks for it and in no other.
          const aud = { SLUICE_ID_TOKEN: { aud: 'sluice/shop' } };
          assert.deepEqual(job.id_tokens, manual && target.approval ? aud : undefined);
          if (target !== undefined) assert.deepEqual(job.script.slice(0, 2), [toProgram, dropped]);
          const moved = startsOf(job).filter((words) => words.startsWith('sluice step channel'));
          assert.equal(moved.length, manual && target.channel !== undefined ? 1 : 0);
          const hasLogin = job.script.some((line) => line.includes('REGISTRY_PASSWORD='));
          assert.equal(hasLogin, (name === 'build' || moved.length === 1) && description.login !== undefined);
        }
        const build = read(text)['build'];
        // GitLab makes one of two.
        const told = (build?.variables['SLUICE_BUILD_ARGUMENTS'] ?? '').replaceAll('$$', '$');
        assert.deepEqual(JSON.parse(told), description.buildArguments);
      }),
    );
  });
});
