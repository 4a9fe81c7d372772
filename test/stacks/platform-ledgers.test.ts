import assert from 'node:assert/strict';
import { projectRoot } from '../../base/paths';
import { parseStacks, readStacks } from '../../config/stacks';
import type { PipelineDescription } from '../../pipelines/description';
import { command, randomPassword, type Recorder } from '../components/mocks';
import { plain, stdinOf } from '../components/platform-args';
import { filesOf, projectSchema } from '../errors/project';
import { declare } from './declared-platform';
import { shownOf, variablesOf } from './seen-platform';
import { teamOfFour } from './team-of-four';

function pipelinesOf(recorder: Recorder): PipelineDescription[] {
  return JSON.parse(variablesOf(recorder, 'pipelines')['SLUICE_PIPELINES'] ?? '') as PipelineDescription[];
}

describe('the ledgers of a platform', () => {
  const given = {
    ...{ HARBOR_HOST: 'h.example.com', HARBOR_USERNAME: 'r', HARBOR_PASSWORD: 'x' },
    ...{ SSH_USER: 'd', SSH_PASSWORD: 'x' },
  };
  const files = (store: string) =>
    parseStacks(
      projectSchema,
      filesOf({ ...teamOfFour(), platform: { ...teamOfFour().platform, ...(store === '' ? {} : { store }) } }),
      given,
    );
  const ledgersOf = async (store: string, backend?: string) =>
    (await declare(files(store), {}, backend)).outputs['ledgers'];
  const key = 'value of ledger-key';

  it('are in the store beside the state, in the one that config names, or on machines where neither can be', async () => {
    for (const backend of [undefined, 's3://bucket', 'file:///var/state']) {
      assert.deepEqual(await ledgersOf('', backend), { key });
    }
    const { outputs, secrets } = await declare(files(''), {}, 'https://api.pulumi.com');
    assert.deepEqual(outputs['ledgers'], { key, onMachines: true });
    // Nor can the stack files be in a store: the state has them.
    assert.equal(outputs['stackFiles'], Buffer.from('files of platform').toString('base64'));
    assert.ok(secrets.includes('stackFiles'));
    for (const backend of [undefined, 'https://api.pulumi.com']) {
      assert.deepEqual(await ledgersOf('s3://bucket', backend), { key, store: 's3://bucket' });
    }
  });

  it('are entered by pipelines with the login of whoever brings the platform up, which nothing shows', async () => {
    const variables = { AWS_ACCESS_KEY_ID: 'AKIA1', AWS_SECRET_ACCESS_KEY: 'key-to-keep', AWS_REGION: 'eu-central-1' };
    const { recorder } = await declare(readStacks(projectRoot), {}, 's3://state/team', variables);
    const [pipeline] = pipelinesOf(recorder);
    assert.deepEqual(pipeline?.stateVariables, { PULUMI_BACKEND_URL: 's3://state/team', AWS_REGION: 'eu-central-1' });
    assert.deepEqual(pipeline.stateSecrets, ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY']);
    const secrets = stdinOf(recorder.inputs(command, 'discounts-activate'))['secrets'] as {
      name: string;
      data: string;
    }[];
    assert.deepEqual(secrets.slice(2), [
      { name: 'state_aws_access_key_id', data: 'AKIA1' },
      { name: 'state_aws_secret_access_key', data: 'key-to-keep' },
    ]);
    assert.doesNotMatch(shownOf(recorder), /AKIA1|key-to-keep/);
  });

  it('are where deploy steps have the state, and these have nothing of a home where that is elsewhere', async () => {
    const home = '/home/shop/sluice';
    for (const [backend, place] of [
      ['', { home, state: undefined }],
      ['file:///mnt/state', { home: undefined, state: '/mnt/state' }],
      ['s3://state/team', { home: undefined, state: undefined }],
    ] as const) {
      const { recorder } = await declare(readStacks(projectRoot), {}, backend);
      const [pipeline] = pipelinesOf(recorder);
      assert.deepEqual({ home: pipeline?.home, state: pipeline?.state }, place);
      if (backend !== '') assert.ok(!JSON.stringify(variablesOf(recorder, 'pipelines')).includes(home));
    }
  });

  it('are on a machine that config names, with its login, which nothing shows', async () => {
    const hostKey = `ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI${'A'.repeat(43)}`;
    const store = 'ssh://deploy@store.example.com/srv/sluice';
    const { platform, ...team } = teamOfFour();
    const own = { ...platform, store, storeHostKey: hostKey, sshPassword: '$STORE_PASSWORD' };
    const { recorder, outputs, secrets } = await declare(
      parseStacks(projectSchema, filesOf({ ...team, platform: own }), { ...given, STORE_PASSWORD: 'to-keep' }),
    );
    assert.deepEqual(outputs['ledgers'], { key, store, storeLogin: { hostKey, password: 'to-keep' } });
    assert.ok(secrets.includes('ledgers'));
    assert.deepEqual(stdinOf(recorder.inputs(command, 'former-ledger'))['ledger'], outputs['ledgers']);
    assert.doesNotMatch(shownOf(recorder), /to-keep/);
  });

  it('have a key of 256 bits, which its id does not tell', async () => {
    const { recorder } = await declare(files(''));
    const { length, special } = recorder.inputs(randomPassword, 'ledger-key');
    assert.deepEqual([length, special], [43, false]);
  });

  it('have a key that an update by a program without it can’t delete; nothing else is protected', async () => {
    assert.deepEqual((await declare(files(''))).recorder.protected, ['ledger-key']);
    assert.deepEqual((await declare(readStacks(projectRoot))).recorder.protected, ['ledger-key']);
  });

  it('are there when what an older version has kept was taken over, which is asked once', async () => {
    const { recorder } = await declare(files(''));
    const { stdin, create, triggers } = recorder.inputs(command, 'former-ledger');
    assert.deepEqual(plain([create, triggers]), [
      'node actions/run.cjs import-ledger',
      ['{"container":"shop-ledger"}'],
    ]);
    assert.deepEqual(stdinOf({ stdin }), { container: 'shop-ledger', ledger: { key } });
  });
});
