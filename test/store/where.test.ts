import { strict as assert } from 'node:assert';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { UserError } from '../../base/errors';
import type { BucketPlace } from '../../store/kinds/s3-url';
import { storePlace, type StorePlace } from '../../store/where';

const home = '/home/ann/.local/state/sluice';
const own: StorePlace = { kind: 'file', folder: `${home}/store` };
const bucket = (place: Partial<BucketPlace>): StorePlace => ({
  kind: 's3',
  bucket: {
    bucket: 'b',
    prefix: '',
    pathStyle: false,
    plain: false,
    dualstack: false,
    fips: false,
    accelerate: false,
    ...place,
  },
});
const machine = (place: object): StorePlace => ({
  kind: 'ssh',
  host: 'm',
  port: 22,
  user: 'ann',
  folder: '/srv/s',
  ...place,
});

describe('where the store is', () => {
  const places: [store: string | undefined, backend: string | undefined, place: StorePlace][] = [
    [undefined, undefined, own],
    ['', '', own],
    [undefined, `file://${home}/pulumi`, own],
    [undefined, `file://${home}/pulumi/`, own],
    [undefined, `file://${home}/elsewhere/../pulumi`, own],
    [undefined, 'file://~/.local/state/sluice/pulumi', own],
    [undefined, 'file:///mnt/our%20state', { kind: 'file', folder: '/mnt/our state/sluice' }],
    [undefined, 'file:///mnt/state/', { kind: 'file', folder: '/mnt/state/sluice' }],
    [undefined, 'file://~', { kind: 'file', folder: '/home/ann/sluice' }],
    [undefined, 'file://~/team', { kind: 'file', folder: '/home/ann/team/sluice' }],
    [undefined, 'file://team', { kind: 'file', folder: path.resolve('team/sluice') }],
    [undefined, 'file://./team', { kind: 'file', folder: path.resolve('team/sluice') }],
    [undefined, 's3://b', bucket({ prefix: 'sluice' })],
    [undefined, 's3://b/', bucket({ prefix: 'sluice' })],
    [undefined, 's3://b/team/state/', bucket({ prefix: 'team/state/sluice' })],
    [undefined, 's3://b/team?region=eu-central-1', bucket({ prefix: 'team/sluice', region: 'eu-central-1' })],
    ['s3://b', undefined, bucket({})],
    ['s3://b/team', 's3://other', bucket({ prefix: 'team' })],
    ['s3://b/team', 'https://api.pulumi.com', bucket({ prefix: 'team' })],
    ['ssh://ann@m/srv/s', undefined, machine({})],
    ['ssh://ann@m:2222/srv/s/', 'gs://b', machine({ port: 2222 })],
    ['ssh://ann@[fd00::1]/srv/my%20s', 'file://~', machine({ host: 'fd00::1', folder: '/srv/my s' })],
  ];
  for (const [store, backend, place] of places) {
    it(`is ${place.kind} for the store ${store ?? 'unset'} and the backend ${backend ?? 'unset'}`, () => {
      assert.deepEqual(storePlace({ home, person: '/home/ann', store, backend }), place);
    });
  }

  it('is the home’s also by a link that leads to it', () => {
    const folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'where-')));
    try {
      fs.mkdirSync(path.join(folder, 'home', 'pulumi'), { recursive: true });
      fs.symlinkSync(path.join(folder, 'home'), path.join(folder, 'link'));
      const at = (home: string, backend: string): StorePlace =>
        storePlace({ home: path.join(folder, home), backend: `file://${folder}/${backend}` });
      assert.deepEqual(at('home', 'link/pulumi'), { kind: 'file', folder: path.join(folder, 'home', 'store') });
      assert.deepEqual(at('other', 'link/pulumi'), { kind: 'file', folder: path.join(folder, 'link/pulumi/sluice') });
    } finally {
      fs.rmSync(folder, { recursive: true });
    }
  });

  const either = 's3://BUCKET/FOLDER or ssh://USER@HOST/FOLDER';
  const folder = 'write ssh://USER@HOST/FOLDER, or ssh://USER@HOST:PORT/FOLDER';
  const refused: [store: string | undefined, backend: string | undefined, message: string, next: string][] = [
    [
      undefined,
      'gs://b',
      'PULUMI_BACKEND_URL is gs://…, and a store in such a bucket has not been tried',
      `set sluice:store to ${either}`,
    ],
    [
      undefined,
      'azblob://b',
      'PULUMI_BACKEND_URL is azblob://…, and a store in such a bucket has not been tried',
      `set sluice:store to ${either}`,
    ],
    [
      undefined,
      'https://api.pulumi.com',
      "PULUMI_BACKEND_URL is Pulumi Cloud, or a server like it, which keeps nothing but Pulumi's own state",
      `set sluice:store to ${either}`,
    ],
    [
      undefined,
      'postgres://u:secret@h/d',
      'PULUMI_BACKEND_URL begins with "postgres", beside which there can\'t be a store',
      `set sluice:store to ${either}, or correct PULUMI_BACKEND_URL`,
    ],
    [
      undefined,
      's3://b?role=arn:aws:iam::1:role/x',
      'PULUMI_BACKEND_URL: the option "role" can\'t be honoured by Sluice',
      'name a profile that has role_arn (…?profile=NAME)',
    ],
    [
      'file:///srv/store',
      undefined,
      "sluice:store is a folder of this machine; such a store is always beside Pulumi's state",
      'take sluice:store out; PULUMI_BACKEND_URL=file:///FOLDER has both in that folder, SLUICE_HOME both in another home',
    ],
    ['gs://b', undefined, 'sluice:store begins with "gs", which is no kind of store', `write ${either}`],
    ['/srv/store', undefined, 'sluice:store begins with "/srv/store", which is no kind of store', `write ${either}`],
    ['ssh://m/srv', undefined, 'sluice:store does not say who logs in at m', folder],
    ['ssh://ann@m', undefined, 'sluice:store names no folder on m', folder],
    ['ssh://ann@m/', undefined, 'sluice:store names no folder on m', folder],
    ['ssh://ann@m/srv?x=1', undefined, 'sluice:store has more than a folder after the machine', folder],
    ['ssh://ann@m/a%0Ab', undefined, 'sluice:store names a folder with control characters', folder],
    ['ssh://ann@m:x/srv', undefined, 'sluice:store is no address of a folder on a machine', folder],
    [
      'ssh://ann:secret@m/srv',
      undefined,
      'sluice:store holds a password',
      'take it out, and set sluice:sshPassword or sluice:sshPrivateKey',
    ],
  ];
  for (const [store, backend, message, next] of refused) {
    it(`refuses ${store ?? backend}`, () => {
      assert.throws(
        () => storePlace({ home, store, backend }),
        (error: unknown) => {
          assert.ok(error instanceof UserError);
          assert.deepEqual([error.message, error.next, error.exitCode], [message, next, 2]);
          return true;
        },
      );
    });
  }
});
