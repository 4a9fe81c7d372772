import assert from 'node:assert/strict';
import type { UserError } from '../../base/errors';
import { parseStacks } from '../../config/stacks';
import { filesOf, projectSchema, sample, type Project } from '../errors/project';
import { teamOfFour } from '../stacks/team-of-four';
import type { SituationName } from '../errors/table';
import { tells } from '../errors/told';

const hostKey = `ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI${'A'.repeat(43)}`;
const ssh = 'ssh://deploy@store.example.com/srv/sluice';
const secure = { secure: 'v1:x' };

/** Reads the stack files as every verb does, with these keys of the platform's. */
function read(
  values: Record<string, unknown>,
  variables: Record<string, string> = {},
  project: Project & { platform: object } = sample(),
): ReturnType<typeof parseStacks> {
  return parseStacks(projectSchema, filesOf({ ...project, platform: { ...project.platform, ...values } }), variables);
}

describe('config: where the store is', () => {
  const refuses = (name: SituationName, ...given: Parameters<typeof read>): void => {
    assert.throws(() => read(...given), tells(name));
  };
  const says = (text: RegExp, ...given: Parameters<typeof read>): void => {
    assert.throws(
      () => read(...given),
      (error: UserError) => text.test(`${error.message}: ${error.next}`),
    );
  };

  it('is beside the state, in a bucket, or on a machine', () => {
    for (const store of ['', 's3://bucket/shop?region=eu-central-1']) assert.doesNotThrow(() => read({ store }));
    for (const login of [{ sshPassword: secure }, { sshPrivateKey: secure }, { sshPrivateKey: '$SSH_KEY' }]) {
      const [platform] = read({ store: ssh, storeHostKey: hostKey, ...login });
      assert.ok(platform?.config.role === 'platform');
      assert.deepEqual([platform.config.store, platform.config.storeHostKey], [ssh, hostKey]);
    }
  });

  it('refuses what names none, with the file and what to write', () => {
    for (const store of [
      'gs://b',
      '/srv/store',
      's3://',
      's3://b?role=x',
      'file:///srv/store',
      'ssh://m/srv',
      'ssh://a@m',
    ]) {
      refuses('storeNotNamed', { store });
    }
    says(/^Pulumi\.platform\.yaml: sluice:store begins with "gs", .*: in Pulumi\.platform\.yaml, write s3:\/\//, {
      store: 'gs://b',
    });
    says(/: in Pulumi\.platform\.yaml, take it out, and set sluice:sshPassword or sluice:sshPrivateKey$/, {
      store: 'ssh://ann:pa55@m/srv',
    });
  });

  it('may come from a variable, whose value no message shows, and which nobody needs who only looks', () => {
    assert.doesNotThrow(() => read({ store: '$STORE', sshPrivateKey: secure }));
    assert.doesNotThrow(() => read({ store: '$STORE' }, { STORE: 's3://bucket' }));
    refuses('storeNotInVariable', { store: '$STORE' }, { STORE: 'pa55word' });
    assert.throws(
      () => read({ store: '$STORE' }, { STORE: 'pa55word' }),
      (error: UserError) => !`${error.message} ${error.next}`.includes('pa55'),
    );
  });

  it('on a machine needs its key and a login, which nothing else may have', () => {
    refuses('storeWithoutHostKey', { store: ssh, sshPassword: secure });
    refuses('storeWithoutLogin', { store: ssh, storeHostKey: hostKey });
    says(/^Pulumi\.platform\.yaml: sluice:storeHostKey must be the machine's public key/, {
      store: ssh,
      storeHostKey: 'SHA256:x',
      sshPassword: secure,
    });
    for (const own of [{ storeHostKey: hostKey }, { sshPassword: secure }, { sshPrivateKey: secure }]) {
      for (const store of ['', 's3://bucket']) refuses('storeLoginAlone', { store, ...own });
    }
    refuses('plainSshLogin', { store: ssh, storeHostKey: hostKey, sshPassword: 'pa55' });
  });

  it('is refused beside a state that can have none, where an environment’s ledger would be there', () => {
    const cloud = { PULUMI_BACKEND_URL: 'https://api.pulumi.com' };
    for (const backend of ['gs://b', 'azblob://b', 'postgres://h/d', cloud.PULUMI_BACKEND_URL]) {
      refuses('storeNotBeside', {}, { PULUMI_BACKEND_URL: backend });
      assert.doesNotThrow(() => read({ store: 's3://bucket' }, { PULUMI_BACKEND_URL: backend }));
    }
    says(/^PULUMI_BACKEND_URL: the option "role" /, {}, { PULUMI_BACKEND_URL: 's3://b?role=x' });
    for (const backend of ['', 's3://b', 'file:///mnt/state', 'file://~']) {
      assert.doesNotThrow(() => read({}, { PULUMI_BACKEND_URL: backend }));
    }
    // Environments on machines have their ledgers there.
    assert.doesNotThrow(() => read({}, cloud, teamOfFour()));
    const { dev, ...team } = teamOfFour();
    const here = { services: { discounts: { repository: 'discounts', port: 8080 } } };
    refuses('storeNotBeside', {}, cloud, { ...team, dev: { ...dev, ...here, target: {}, sshPassword: '' } });
  });

  const jobs = {
    gitlab: { GITLAB_CI: 'true', CI_PROJECT_PATH: 'shop/discounts', CI_PIPELINE_ID: '77' },
    github: { GITHUB_ACTIONS: 'true', GITHUB_REPOSITORY: 'shop/discounts', GITHUB_RUN_ID: '77' },
  };
  for (const [ci, job] of Object.entries(jobs)) {
    it(`is no folder in a job of ${ci}, with which it would be gone`, () => {
      const inJob = { ...job, SLUICE_IN_IMAGE: '1' };
      for (const backend of ['file:///mnt/state', 'file://~', 'file:///sluice/home/pulumi']) {
        const variables = { ...inJob, PULUMI_BACKEND_URL: backend, SLUICE_HOME: '/sluice/home' };
        refuses('storeGoesWithJob', { ci }, variables, teamOfFour());
        assert.doesNotThrow(() => read({ ci, store: 's3://bucket' }, variables, teamOfFour()));
        // At a terminal such a folder may do: nothing says that it is no share of all machines.
        assert.doesNotThrow(() => read({ ci }, { PULUMI_BACKEND_URL: backend }, teamOfFour()));
      }
      assert.doesNotThrow(() => read({ ci }, { ...inJob, PULUMI_BACKEND_URL: 's3://bucket' }, teamOfFour()));
      // refuseLostState tells of a state that nobody has said.
      assert.doesNotThrow(() => read({ ci }, inJob, teamOfFour()));
    });
  }

  it('may be a folder in a step of the platform’s own CI server, and in a job that runs on somebody’s machine', () => {
    const variables = { SLUICE_IN_IMAGE: '1', PULUMI_BACKEND_URL: 'file:///sluice/state' };
    const drone = { DRONE_REPO: 'sluice/discounts', DRONE_BUILD_NUMBER: '1' };
    assert.doesNotThrow(() => read({}, { ...variables, ...drone }));
    assert.doesNotThrow(() => read({}, { ...variables, ...jobs.gitlab, GITLAB_CI: 'false' }, teamOfFour()));
  });
});
