import { strict as assert } from 'node:assert';
import { UserError } from '../../base/errors';
import { bucketPlace, nameOfBucket, type BucketPlace } from '../../store/kinds/s3-url';

const plain: BucketPlace = {
  bucket: 'b',
  prefix: '',
  pathStyle: false,
  plain: false,
  dualstack: false,
  fips: false,
  accelerate: false,
};

/** As Pulumi 3.259 reads them: pkg/backend/diy/backend.go, and s3blob.go and aws.go of the gocloud.dev that it names. */
describe('the address of a bucket', () => {
  const read: [address: string, place: Partial<BucketPlace>][] = [
    ['s3://b', {}],
    ['s3://b//', {}],
    ['s3://b/team/a%20b/', { prefix: 'team/a b' }],
    ['s3://b?region=eu-central-1&profile=ci&awssdk=v2', { region: 'eu-central-1', profile: 'ci' }],
    ['s3://b?endpoint=http://127.0.0.1:9000', { endpoint: 'http://127.0.0.1:9000' }],
    ['s3://b?endpoint=https://minio.example.org/', { endpoint: 'https://minio.example.org' }],
    ['s3://b?endpoint=minio:9000', { endpoint: 'https://minio:9000' }],
    ['s3://b?endpoint=minio:9000&disableSSL=true', { endpoint: 'http://minio:9000', plain: true }],
    // The newer word says nothing of an endpoint without a scheme.
    ['s3://b?endpoint=minio:9000&disable_https=true', { endpoint: 'https://minio:9000', plain: true }],
    ['s3://b?disableSSL=true', { plain: true }],
    ['s3://b?disable_https=T', { plain: true }],
    ['s3://b?disable_https=true&disableSSL=false', {}],
    ['s3://b?s3ForcePathStyle=true', { pathStyle: true }],
    ['s3://b?use_path_style=1', { pathStyle: true }],
    ['s3://b?use_path_style=true&s3ForcePathStyle=false', {}],
    ['s3://b?use_path_style=false&s3ForcePathStyle=true', { pathStyle: true }],
    ['s3://b?endpoint=http://m&hostname_immutable=true', { endpoint: 'http://m', pathStyle: true }],
    ['s3://b?hostname_immutable=true', {}],
    ['s3://b?dualstack=true&fips=true&accelerate=true', { dualstack: true, fips: true, accelerate: true }],
    ['s3://b?ssetype=AWS:kms&kmskeyid=k', { encryption: 'aws:kms', encryptionKey: 'k' }],
    [
      's3://b?request_checksum_calculation=when_required&response_checksum_validation=WHEN_SUPPORTED',
      { requestChecksums: 'WHEN_REQUIRED', responseChecksums: 'WHEN_SUPPORTED' },
    ],
  ];
  for (const [address, place] of read) {
    it(`reads ${address}`, () => assert.deepEqual(bucketPlace(address, 'sluice:store'), { ...plain, ...place }));
  }

  const bucket = 'write s3://BUCKET/FOLDER?region=REGION, and &endpoint=https://HOST if it is not at AWS';
  const refused: [address: string, message: string, next: string][] = [
    ['s3://', 'sluice:store names no bucket', bucket],
    ['s3:///folder', 'sluice:store names no bucket', bucket],
    ['s3://b/%zz', 'sluice:store is no address of a bucket', bucket],
    [
      's3://AKIA:secret@b',
      'sluice:store has a login in the address of the bucket b',
      'take it out, and give AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or a profile',
    ],
    ['s3://b?regoin=x', 'sluice:store: the option "regoin" is unknown, to Pulumi also', 'correct it, or take it out'],
    [
      's3://b?constructor=x',
      'sluice:store: the option "constructor" is unknown, to Pulumi also',
      'correct it, or take it out',
    ],
    [
      's3://b?role=arn:aws:iam::1:role/r',
      'sluice:store: the option "role" can\'t be honoured by Sluice',
      'name a profile that has role_arn (…?profile=NAME)',
    ],
    [
      's3://b?anonymous=true',
      'sluice:store: the option "anonymous" can\'t be honoured by Sluice',
      'give a login: what is written without one proves nothing',
    ],
    [
      's3://b?rate_limiter_capacity=5',
      'sluice:store: the option "rate_limiter_capacity" can\'t be honoured by Sluice',
      'take it out: requests are few',
    ],
    [
      's3://b?s3ForcePathStyle=yes',
      'sluice:store: the option "s3ForcePathStyle" is neither true nor false',
      'write s3ForcePathStyle=true or s3ForcePathStyle=false',
    ],
    ['s3://b?region=', 'sluice:store: the option "region" is empty', 'give it a value, or take it out'],
    [
      's3://b?ssetype=rot13',
      'sluice:store: the option "ssetype" is unknown',
      'write one of AES256, aws:fsx, aws:kms, aws:kms:dsse',
    ],
    [
      's3://b?endpoint=ftp://h',
      'sluice:store: the option "endpoint" is no address of a server',
      'write endpoint=https://HOST or endpoint=http://HOST:PORT',
    ],
    [
      's3://b?endpoint=https://AKIA:secret@h',
      'sluice:store: the option "endpoint" is no address of a server',
      'write endpoint=https://HOST or endpoint=http://HOST:PORT',
    ],
  ];
  for (const [address, message, next] of refused) {
    it(`refuses ${address}`, () => {
      assert.throws(
        () => bucketPlace(address, 'sluice:store'),
        (error: unknown) => {
          assert.ok(error instanceof UserError);
          assert.deepEqual([error.message, error.next, error.exitCode], [message, next, 2]);
          return true;
        },
      );
    });
  }

  it('is told with its server, and without what else it says', () => {
    assert.equal(nameOfBucket(bucketPlace('s3://b/team?region=r&profile=p', 'x')), 's3://b/team');
    assert.equal(nameOfBucket(bucketPlace('s3://b?endpoint=m:9000', 'x')), 's3://b at https://m:9000');
  });
});
