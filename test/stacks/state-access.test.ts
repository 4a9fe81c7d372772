import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { parseStacks } from '../../config/stacks';
import { stateLogins } from '../../pipelines/description';
import { bucketLogin } from '../../store/kinds/s3-variables';
import { stateAccess, type StateAccess } from '../../stacks/state-access';
import { deliveryEnvironment } from '../../operations/pulumi/environment';
import { filesOf, projectSchema, sample, type Project } from '../errors/project';
import type { SituationName } from '../errors/table';
import { tells } from '../errors/told';
import { teamOfFour } from './team-of-four';

const keys = { AWS_ACCESS_KEY_ID: 'AKIA1', AWS_SECRET_ACCESS_KEY: 'key-to-keep' };
const home = '/home/shop/sluice';
const nothing = { variables: {}, secrets: {} };

describe('how steps of Drone enter state and store', () => {
  const access = (
    variables: NodeJS.ProcessEnv,
    platform: object = {},
    project: Project & { platform: object } = sample(),
  ): StateAccess => {
    const files = filesOf({ ...project, platform: { ...project.platform, ...platform } });
    const stacks = parseStacks(projectSchema, files, {});
    const config = stacks.find(({ name }) => name === 'platform')?.config;
    assert.ok(config?.role === 'platform');
    return stateAccess(config, stacks, { SLUICE_HOME: home, HOME: '/nowhere', ...variables });
  };
  const refuses = (name: SituationName, ...given: Parameters<typeof access>): void => {
    assert.throws(() => access(...given), tells(name));
  };

  it('is by Sluice’s home alone while all is in it, whatever else the environment has', () => {
    for (const backend of [undefined, '', `file://${home}/pulumi`]) {
      const variables = { ...keys, AWS_REGION: 'eu-central-1', AWS_PROFILE: 'ann', PULUMI_ACCESS_TOKEN: 'pul-1' };
      assert.deepEqual(access({ ...variables, PULUMI_BACKEND_URL: backend }), nothing);
    }
  });

  it('is by address and login of the bucket', () => {
    const bucket = 's3://state/team?endpoint=http://minio:9000&region=eu-central-1';
    const server = { AWS_REGION: 'eu-central-1', AWS_ENDPOINT_URL_S3: 'http://minio:9000' };
    const given = { ...keys, ...server, AWS_SESSION_TOKEN: 'session', AWS_CA_BUNDLE: '/etc/ca.pem', OTHER: 'x' };
    assert.deepEqual(access({ ...given, PULUMI_BACKEND_URL: bucket }), {
      variables: { PULUMI_BACKEND_URL: bucket, ...server },
      secrets: { ...keys, AWS_SESSION_TOKEN: 'session' },
    });
    // The machine may have a role, by which its containers enter, too.
    assert.deepEqual(access({ PULUMI_BACKEND_URL: 's3://state' }), {
      variables: { PULUMI_BACKEND_URL: 's3://state' },
      secrets: {},
    });
  });

  it('is by the login of a store that is a bucket, beside a state in a folder', () => {
    assert.deepEqual(access({ ...keys, AWS_REGION: 'eu-central-1' }, { store: 's3://ledgers' }), {
      variables: { AWS_REGION: 'eu-central-1' },
      secrets: keys,
    });
  });

  it('is by no login but those that are removed from Drone when they are no longer needed', () => {
    for (const backend of ['s3://state', 'https://api.pulumi.com']) {
      const logins = Object.fromEntries([...bucketLogin, ...stateLogins].map((name) => [name, 'x']));
      const { secrets } = access({ ...logins, PULUMI_BACKEND_URL: backend }, { store: 's3://ledgers' });
      assert.deepEqual(
        Object.keys(secrets).filter((name) => !stateLogins.some((each) => each === name)),
        [],
      );
      assert.ok(Object.keys(secrets).length >= 4);
    }
  });

  it('is by the token of Pulumi Cloud', () => {
    const cloud = { PULUMI_BACKEND_URL: 'https://api.pulumi.com', PULUMI_ACCESS_TOKEN: 'pul-1' };
    assert.deepEqual(access(cloud, { store: 's3://ledgers' }), {
      variables: { PULUMI_BACKEND_URL: 'https://api.pulumi.com' },
      secrets: { PULUMI_ACCESS_TOKEN: 'pul-1' },
    });
    refuses('stepsWithoutLogin', { PULUMI_BACKEND_URL: 'https://api.pulumi.com' }, { store: 's3://ledgers' });
  });

  it('is by the passphrase of a state elsewhere, the one in Sluice’s home too: steps have nothing of the home', () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'state-access-'));
    const inFolder = (name: string, text: string): string => {
      fs.writeFileSync(path.join(folder, name), text);
      return path.join(folder, name);
    };
    try {
      const [own, team, empty] = [
        inFolder('passphrase', 'of the home\n'),
        inFolder('team', 'of the team\n'),
        inFolder('empty', '\n'),
      ];
      for (const backend of ['s3://state', 'file:///mnt/state']) {
        const state = { SLUICE_HOME: folder, PULUMI_BACKEND_URL: backend };
        const passphraseFor = (variables: NodeJS.ProcessEnv): string | undefined =>
          access({ ...state, ...variables }).secrets['PULUMI_CONFIG_PASSPHRASE'];
        assert.equal(passphraseFor({ PULUMI_CONFIG_PASSPHRASE: 'said' }), 'said');
        assert.equal(passphraseFor({ PULUMI_CONFIG_PASSPHRASE_FILE: team }), 'of the team');
        for (const file of [undefined, '', own]) {
          assert.equal(passphraseFor({ PULUMI_CONFIG_PASSPHRASE_FILE: file }), 'of the home');
        }
        // It is made with the first stack.
        assert.equal(passphraseFor({ SLUICE_HOME: home }), undefined);
        refuses('stepsWithoutPassphrase', { ...state, PULUMI_CONFIG_PASSPHRASE: '' });
        refuses('stepsWithoutPassphrase', { ...state, PULUMI_CONFIG_PASSPHRASE_FILE: empty });
      }
      // Pulumi Cloud encrypts by itself, whatever every verb names.
      const cloud = { PULUMI_BACKEND_URL: 'https://api.pulumi.com', PULUMI_ACCESS_TOKEN: 'pul-1' };
      for (const own of [folder, home]) {
        const named = deliveryEnvironment({ SLUICE_HOME: own, ...cloud });
        assert.equal(named['PULUMI_CONFIG_PASSPHRASE_FILE'], path.join(own, 'passphrase'));
        const { secrets } = access({ SLUICE_HOME: own, ...cloud, ...named }, { store: 's3://ledgers' });
        assert.deepEqual(secrets, { PULUMI_ACCESS_TOKEN: 'pul-1' });
      }
      assert.deepEqual(access({ SLUICE_HOME: folder, PULUMI_CONFIG_PASSPHRASE: 'said' }), nothing);
    } finally {
      fs.rmSync(folder, { recursive: true });
    }
  });

  it('is refused where steps could not log in', () => {
    for (const backend of ['gs://state', 'azblob://state', 'postgres://ann:pa55@h/d']) {
      refuses('stepsAtOtherState', { PULUMI_BACKEND_URL: backend }, { store: 's3://ledgers' });
    }
    refuses('stepsWithoutLogin', { ...keys, PULUMI_BACKEND_URL: 's3://state?profile=ann' });
    refuses('stepsWithoutLogin', { AWS_PROFILE: 'ann', PULUMI_BACKEND_URL: 's3://state' });
    refuses('stepsWithoutLogin', { AWS_PROFILE: 'ann' }, { store: 's3://ledgers' });
    // As for Pulumi itself, keys go before a profile that the environment names.
    assert.deepEqual(access({ ...keys, AWS_PROFILE: 'ann', PULUMI_BACKEND_URL: 's3://state' }).secrets, keys);
    const cloud = { PULUMI_ACCESS_TOKEN: 'pul-1' };
    for (const backend of [
      'https://ann:pa55@pulumi.example.com',
      'https://ann@pulumi.example.com/a',
      'https:ann:p@h',
    ]) {
      refuses('stepsShowLogin', { ...cloud, PULUMI_BACKEND_URL: backend }, { store: 's3://ledgers' });
    }
    for (const name of ['AWS_ENDPOINT_URL', 'AWS_ENDPOINT_URL_S3']) {
      for (const server of ['http://ann:pa55@minio:9000', 'ann:pa55@minio:9000']) {
        refuses('stepsShowLogin', { ...keys, PULUMI_BACKEND_URL: 's3://state', [name]: server });
      }
    }
    const addresses = { PULUMI_BACKEND_URL: 's3://state/team@b', AWS_ENDPOINT_URL: 'http://minio:9000/a@b' };
    assert.deepEqual(access({ ...keys, ...addresses }).variables, addresses);
    refuses('stepsReadVariable', { ...keys, PULUMI_BACKEND_URL: 's3://state/$team' });
  });

  it('is refused where a login stands in files of the person, or comes from a service that steps do not have', () => {
    const state = { PULUMI_BACKEND_URL: 's3://state' };
    for (const name of [
      'AWS_SHARED_CREDENTIALS_FILE',
      'AWS_WEB_IDENTITY_TOKEN_FILE',
      'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI',
      'AWS_CONTAINER_CREDENTIALS_FULL_URI',
    ]) {
      refuses('stepsWithoutLogin', { ...state, [name]: '/of/this/machine' });
      refuses('stepsWithoutLogin', { [name]: '/of/this/machine' }, { store: 's3://ledgers' });
      assert.deepEqual(access({ ...state, ...keys, [name]: '/of/this/machine' }).secrets, keys);
    }
    const person = fs.mkdtempSync(path.join(os.tmpdir(), 'state-access-'));
    try {
      fs.mkdirSync(path.join(person, '.aws'));
      const at = (file: string, text: string): NodeJS.ProcessEnv => {
        fs.writeFileSync(path.join(person, '.aws', 'credentials'), '');
        fs.writeFileSync(path.join(person, '.aws', 'config'), '');
        fs.writeFileSync(path.join(person, '.aws', file), text);
        return { ...state, HOME: person };
      };
      const login = 'aws_access_key_id = AKIA2\naws_secret_access_key = of-ann\n';
      refuses('stepsWithoutLogin', at('credentials', `[other]\nx = y\n[default]\n${login}`));
      refuses('stepsWithoutLogin', at('config', '[default]\nregion = eu-central-1\nsso_session = team\n'));
      const elsewhere = path.join(person, 'config');
      fs.writeFileSync(elsewhere, '[profile default]\ncredential_process = login\n');
      refuses('stepsWithoutLogin', { ...at('config', ''), AWS_CONFIG_FILE: elsewhere });
      assert.deepEqual(access({ ...at('credentials', `[default]\n${login}`), ...keys }).secrets, keys);
      // Another profile is not taken by itself, and a region is no login.
      assert.deepEqual(access(at('credentials', `[default]\n[other]\n${login}`)).secrets, {});
      assert.deepEqual(access(at('config', '[default]\nregion = eu-central-1\n')).secrets, {});
    } finally {
      fs.rmSync(person, { recursive: true });
    }
  });

  it('is nothing where no step of Drone deploys', () => {
    const bucket = { ...keys, PULUMI_BACKEND_URL: 's3://state' };
    assert.notDeepEqual(access(bucket), nothing);
    assert.deepEqual(access(bucket, {}, { platform: sample().platform }), nothing);
    assert.deepEqual(access({ ...bucket, PULUMI_BACKEND_URL: 's3://state?profile=ann' }, {}, teamOfFour()), nothing);
  });
});
