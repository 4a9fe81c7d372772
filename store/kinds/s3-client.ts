import * as fs from 'node:fs';
import { UserError } from '../../base/errors';
import { nameOfBucket, type BucketPlace } from './s3-url';

/** What a store asks of a bucket. Each is one request; errors are those of AWS's client, for `s3-trouble.ts`. */
export interface Bucket {
  /** Makes an object unless there is one of that key. */
  put(key: string, content: Buffer): Promise<void>;
  get(key: string): Promise<Buffer>;
  /** A page of keys, and of beginnings of keys up to the next slash. @param from the token of the page before */
  page(prefix: string, after: string | undefined, from: string | undefined): Promise<KeyPage>;
  delete(key: string): Promise<void>;
}

/** Some of the keys, not in order. */
export interface KeyPage {
  keys: string[];
  /** The token of the next page; undefined of the last one. */
  next?: string;
}

/** Milliseconds until a server has to have taken a connection, and that it may be silent on one. */
const [connectMilliseconds, silentMilliseconds] = [10_000, 60_000];

/**
 * A client of AWS's own, with its own way to a login: environment, profile, web identity, container, instance. Loaded here and nowhere else,
 * when a store is used that is a bucket: [why](../../docs/decisions/loading.md).
 * @param environment of this process; the client reads further variables of AWS by itself
 * @throws UserError when nobody has said in which region the bucket is
 */
export async function connect(place: BucketPlace, environment: NodeJS.ProcessEnv): Promise<Bucket> {
  // Which Node will do is said by our package.json, not by a page of text at each verb.
  process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';
  const aws = await import('@aws-sdk/client-s3');
  const client = new aws.S3Client(clientSettings(place, environment));
  await client.config.region().catch(() => {
    throw new UserError(
      `nobody has said in which region ${nameOfBucket(place)} is`,
      'add ?region=REGION to its address, or set AWS_REGION',
    );
  });
  const Bucket = place.bucket;
  return {
    async put(Key, Body) {
      const encryption = {
        ...(place.encryption === undefined ? {} : { ServerSideEncryption: place.encryption as 'AES256' }),
        ...(place.encryptionKey === undefined ? {} : { SSEKMSKeyId: place.encryptionKey }),
      };
      await client.send(new aws.PutObjectCommand({ Bucket, Key, Body, IfNoneMatch: '*', ...encryption }));
    },
    async get(Key) {
      const { Body } = await client.send(new aws.GetObjectCommand({ Bucket, Key }));
      return Buffer.from((await Body?.transformToByteArray()) ?? []);
    },
    async page(Prefix, StartAfter, ContinuationToken) {
      const found = await client.send(
        new aws.ListObjectsV2Command({ Bucket, Prefix, Delimiter: '/', StartAfter, ContinuationToken }),
      );
      const keys = [
        ...(found.Contents ?? []).map((each) => each.Key),
        ...(found.CommonPrefixes ?? []).map((each) => each.Prefix),
      ].filter((key) => key !== undefined);
      return { keys, ...(found.IsTruncated === true ? { next: found.NextContinuationToken } : {}) };
    },
    async delete(Key) {
      await client.send(new aws.DeleteObjectCommand({ Bucket, Key }));
    },
  };
}

/** What the client is made with: what Pulumi's Go client would use, where the two differ by themselves. */
export function clientSettings(place: BucketPlace, environment: NodeJS.ProcessEnv) {
  const { endpoint, region, profile, requestChecksums, responseChecksums } = place;
  const regionElsewhere = environment['AWS_REGION'] ?? environment['AWS_DEFAULT_REGION'];
  // A server that is not AWS has none, but something has to be signed.
  const whichRegion = region ?? regionElsewhere ?? (endpoint === undefined ? undefined : 'us-east-1');
  const checksums =
    requestChecksums ??
    (endpoint !== undefined && environment['AWS_REQUEST_CHECKSUM_CALCULATION'] === undefined
      ? 'WHEN_REQUIRED'
      : undefined);
  // For Go the environment's keys go before a profile that the environment names, for this client the other way round.
  const [accessKeyId, secretAccessKey] = [environment['AWS_ACCESS_KEY_ID'], environment['AWS_SECRET_ACCESS_KEY']];
  const sessionToken = environment['AWS_SESSION_TOKEN'];
  const keys =
    profile === undefined && accessKeyId && secretAccessKey
      ? { credentials: { accessKeyId, secretAccessKey, ...(sessionToken ? { sessionToken } : {}) } }
      : {};
  const authorities = environment['AWS_CA_BUNDLE'];
  return {
    ...(whichRegion === undefined ? {} : { region: whichRegion }),
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(profile === undefined ? {} : { profile }),
    ...(checksums === undefined ? {} : { requestChecksumCalculation: checksums }),
    ...(responseChecksums === undefined ? {} : { responseChecksumValidation: responseChecksums }),
    ...keys,
    forcePathStyle: place.pathStyle,
    tls: !place.plain,
    ...(place.dualstack ? { useDualstackEndpoint: true } : {}),
    ...(place.fips ? { useFipsEndpoint: true } : {}),
    ...(place.accelerate ? { useAccelerateEndpoint: true } : {}),
    // A try of the client's own would hide that the one before it may have made the object.
    maxAttempts: 1,
    requestHandler: {
      connectionTimeout: connectMilliseconds,
      socketTimeout: silentMilliseconds,
      ...(authorities ? { httpsAgent: { ca: fs.readFileSync(authorities) } } : {}),
    },
  };
}
