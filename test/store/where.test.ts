import { strict as assert } from 'node:assert';
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
    [undefined, 'file:///var/state', own],
    [undefined, 'file://~', own],
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
      const said = { home, ...(store === undefined ? {} : { store }), ...(backend === undefined ? {} : { backend }) };
      assert.deepEqual(storePlace(said), place);
    });
  }

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
      "sluice:store is a folder of this machine; such a store is always in Sluice's home",
      'take sluice:store out, and set SLUICE_HOME if the home should be elsewhere',
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
      const said = { home, ...(store === undefined ? {} : { store }), ...(backend === undefined ? {} : { backend }) };
      assert.throws(
        () => storePlace(said),
        (error: unknown) => {
          assert.ok(error instanceof UserError);
          assert.deepEqual([error.message, error.next, error.exitCode], [message, next, 2]);
          return true;
        },
      );
    });
  }
});
