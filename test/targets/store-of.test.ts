import assert from 'node:assert/strict';
import * as path from 'node:path';
import { pathToFileURL } from 'node:url';
import { UserError } from '../../base/errors';
import { deliveryEnvironment } from '../../operations/pulumi/environment';
import { storeOf } from '../../targets/store-of';

const home = '/home/ann/.local/state/sluice';
const production = { environment: 'production' };

describe('the store that has a ledger', () => {
  const place = (backend: string | undefined, store?: string): string =>
    storeOf(
      { ...production, ...(store === undefined ? {} : { store }) },
      { SLUICE_HOME: home, ...(backend === undefined ? {} : { PULUMI_BACKEND_URL: backend }) },
    ).place;

  it('is a folder of Sluice’s home where the state is, whoever has said so', () => {
    for (const backend of [undefined, '', `file://${home}/pulumi`]) assert.equal(place(backend), `${home}/store`);
    const said = deliveryEnvironment({ SLUICE_HOME: home })['PULUMI_BACKEND_URL'];
    assert.notEqual(said, undefined);
    assert.equal(place(said), `${home}/store`);
  });

  it('is beside a state in another folder, for each home that shares it', () => {
    const shared = { PULUMI_BACKEND_URL: 'file:///mnt/state' };
    for (const other of [home, '/home/bob/.local/state/sluice']) {
      assert.equal(storeOf(production, { SLUICE_HOME: other, ...shared }).place, '/mnt/state/sluice');
    }
    const inHome = { HOME: '/home/bob', PULUMI_BACKEND_URL: 'file://~/state' };
    assert.equal(storeOf(production, inHome).place, '/home/bob/state/sluice');
  });

  it('is the same for a process that begins elsewhere, of a state whose path is relative', () => {
    const said = deliveryEnvironment({ SLUICE_HOME: home, PULUMI_BACKEND_URL: 'file://team/state' });
    assert.equal(said['PULUMI_BACKEND_URL'], pathToFileURL(path.resolve('team/state')).href);
    for (const whole of ['file:///mnt/state', 'file://~/state', 's3://team']) {
      assert.equal(deliveryEnvironment({ PULUMI_BACKEND_URL: whole })['PULUMI_BACKEND_URL'], whole);
    }
  });

  it('is the home that every other part of Sluice has, too', () => {
    assert.equal(storeOf(production, { XDG_STATE_HOME: '/state' }).place, '/state/sluice/store');
    assert.equal(storeOf(production, { HOME: '/home/ann' }).place, `${home}/store`);
  });

  it('is beside the state in its bucket, or where config says', () => {
    assert.equal(place('s3://bucket/team?region=eu-central-1'), 's3://bucket/team/sluice');
    assert.equal(place('s3://bucket', 's3://other/shop'), 's3://other/shop');
    assert.equal(place('https://api.pulumi.com', 's3://other/shop'), 's3://other/shop');
  });

  it('is none where there can’t be one, which says what to set', () => {
    for (const backend of ['https://api.pulumi.com', 'gs://bucket']) {
      assert.throws(
        () => place(backend),
        (error: unknown) => error instanceof UserError && /^set sluice:store to /.test(error.next ?? ''),
      );
    }
  });

  it('is the machine’s where the ledger is there, without its login in its name', () => {
    const ssh = { host: 'pilot.example.com', port: 22, user: 'deploy', hostKey: '', password: 'pa55' };
    const there = { ...production, machine: { ssh, folder: '/usr/local/shop-pilot' } };
    const environment = { PULUMI_BACKEND_URL: 'https://api.pulumi.com' };
    assert.equal(storeOf(there, environment).place, 'deploy@pilot.example.com:/usr/local/shop-pilot/.sluice/store');
  });
});
