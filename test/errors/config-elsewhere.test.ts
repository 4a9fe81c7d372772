import assert from 'node:assert/strict';
import { parseStacks } from '../../config/stacks';
import { filesOf, parseProject, projectSchema, sample, type Project } from './project';
import { teamOfFour } from '../stacks/team-of-four';
import { tells } from './told';

/** The shipped project with something wrong in it. */
function wrong(change: (project: ReturnType<typeof sample>) => unknown): () => unknown {
  const project = sample();
  change(project);
  return () => parseProject(project);
}

describe('a CI server that is elsewhere', () => {
  const elsewhere = (change: (project: ReturnType<typeof teamOfFour>) => unknown) => () => {
    const project = teamOfFour();
    change(project);
    return parseProject(project);
  };

  const none = Object.fromEntries(Object.entries(teamOfFour().platform).filter(([key]) => !key.startsWith('registry')));

  it('is right with a registry that is elsewhere too', () => {
    const names = parseProject(teamOfFour()).map(({ name }) => name);
    assert.deepEqual(names, ['platform', 'dev', 'pilot', 'stage', 'production']);
  });

  it('without such a registry, or with a password that its jobs could not know', () => {
    assert.throws(
      elsewhere((project) => (project.platform = none)),
      tells('embeddedElsewhere'),
    );
    assert.throws(
      elsewhere(({ platform }) => (platform['registryPassword'] = { secure: 'v1:x' })),
      tells('passwordElsewhere'),
    );
  });

  it('a login of a machine that everybody may read', () => {
    for (const key of ['sshPassword', 'sshPrivateKey']) {
      assert.throws(
        elsewhere(({ dev }) => (dev[key] = 'secret')),
        tells('plainSshLogin'),
      );
    }
  });

  it('who has pushed, which a git host that is elsewhere is not asked', () => {
    for (const ci of ['gitlab', 'github']) {
      assert.throws(
        elsewhere(({ platform, production }) => {
          platform['ci'] = ci;
          Object.assign(production, { approval: 'required', fourEyes: true });
        }),
        tells('fourEyesElsewhere'),
      );
    }
  });

  it('a machine that could not pull what is deployed there', () => {
    const { target, sshPassword } = teamOfFour().stage;
    assert.throws(
      wrong((project) => {
        project.staging = { target, sshPassword, services: { discounts: { repository: 'discounts' } } };
        project.production['gate'] = [];
      }),
      tells('registryOutOfReach'),
    );
  });

  it('environments of several machines: on one port each, and checks of services without one', () => {
    assert.doesNotThrow(elsewhere(({ stage }) => (stage['services'] = { discounts: { repository: 'discounts' } })));
    assert.throws(
      elsewhere(({ dev, pilot }) => {
        for (const stack of [dev, pilot]) Object.assign(stack, { target: {}, sshPassword: '' });
      }),
      tells('samePortElsewhere'),
    );
  });

  it('an approval without a project that proves it, or with a rule that a variable changes', () => {
    assert.throws(
      elsewhere(({ platform }) => (platform['repositories'] = { discounts: {} })),
      tells('projectMissing'),
    );
    assert.doesNotThrow(
      elsewhere(({ platform, production }) => {
        platform['repositories'] = { discounts: {} };
        delete production['approval'];
      }),
    );
    const project = '$CI_PROJECT_PATH';
    for (const change of [
      { platform: { ciUrl: '$CI_SERVER_URL' } },
      { platform: { repositories: { discounts: { project } } } },
      { platform: { repositories: { discounts: { project: 'shop/discounts', branch: '$CI_COMMIT_BRANCH' } } } },
      { platform: { prefix: '$PREFIX' } },
      {
        platform: {
          ci: '$KIND',
          repositories: { discounts: { project: 'shop/discounts', source: 'storedog/discounts' } },
        },
      },
      { production: { platform: '$PLATFORM' } },
      { production: { approval: '$APPROVAL' } },
      { production: { approvers: ['ann', '$ANN'] } },
    ] as Record<string, Record<string, unknown>>[]) {
      const values = {
        PREFIX: 'shop',
        KIND: 'drone',
        APPROVAL: 'none',
        PLATFORM: 'platform',
        CI_SERVER_URL: 'https://x',
        ANN: 'eve',
      };
      const given = { ...values, CI_PROJECT_PATH: 'eve/discounts', CI_COMMIT_BRANCH: 'eve' };
      const team = teamOfFour() as Project;
      for (const [stack, keys] of Object.entries(change)) team[stack] = { ...team[stack], ...keys };
      assert.throws(
        () => parseStacks(projectSchema, filesOf(team), given),
        tells('openApproval'),
        JSON.stringify(change),
      );
    }
  });

  it('a server’s address that somebody in between could answer for', () => {
    for (const ciUrl of ['http://gitlab.example.com', 'https://gitlab.example.com/', 'gitlab.example.com']) {
      assert.throws(
        elsewhere(({ platform }) => (platform['ciUrl'] = ciUrl)),
        /sluice:ciUrl must/,
      );
    }
    for (const ciUrl of ['https://example.com/gitlab', 'http://127.0.0.1:8080', '']) {
      assert.doesNotThrow(elsewhere(({ platform }) => (platform['ciUrl'] = ciUrl)));
    }
  });

  it('says what belongs there for its own kind of server', () => {
    assert.throws(
      elsewhere((project) => (project.platform = { ...none, ci: 'github' })),
      {
        next: 'write "sluice:registry: external" and "sluice:registryHost: ghcr.io" (or the host itself) in Pulumi.platform.yaml',
      },
    );
    assert.throws(
      elsewhere(({ platform }) => Object.assign(platform, { ci: 'github', registryPassword: { secure: 'v1:x' } })),
      {
        next: 'write "sluice:registryPassword: $GITHUB_TOKEN" in Pulumi.platform.yaml, and export GITHUB_TOKEN here; every job has its own',
      },
    );
  });

  it('what is for one of the two kinds only', () => {
    assert.throws(
      wrong(({ staging }) => (staging['deployOn'] = 'manual')),
      tells('deployOnHere'),
    );
    assert.throws(
      wrong(({ platform }) => (platform['repositories'] = { discounts: {} })),
      /sluice:repositories.discounts.source is missing; it must be a folder below the project/,
    );
  });
});
