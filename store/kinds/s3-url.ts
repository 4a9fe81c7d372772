import { UserError } from '../../base/errors';
import { visibleLine } from '../../base/visible';

/** A bucket, and how it is reached: what an address says that Pulumi takes for its own state, too. */
export interface BucketPlace {
  bucket: string;
  /** Objects lie below it: `team/sluice`, without slashes at its ends; '' for the bucket's root. */
  prefix: string;
  region?: string;
  /** `http://127.0.0.1:9000`; of AWS none. It holds no login. */
  endpoint?: string;
  /** The bucket is the first part of the path, and not of the server's name. */
  pathStyle: boolean;
  /** http instead of https, where no endpoint says either. */
  plain: boolean;
  /** Of the AWS configuration files. */
  profile?: string;
  dualstack: boolean;
  fips: boolean;
  accelerate: boolean;
  /** Only where a server needs them, objects have check sums; said by the address, or by itself with an endpoint. */
  requestChecksums?: ChecksumUse;
  responseChecksums?: ChecksumUse;
  /** How the server encrypts an object, if not as the bucket says. */
  encryption?: string;
  encryptionKey?: string;
}

/** As the AWS clients name it. */
export type ChecksumUse = 'WHEN_SUPPORTED' | 'WHEN_REQUIRED';

const encryptions = ['AES256', 'aws:fsx', 'aws:kms', 'aws:kms:dsse'];

/** What Go reads as a truth value; Pulumi's client of buckets is written in Go. */
const truths: Record<string, boolean> = Object.fromEntries([
  ...['1', 't', 'T', 'TRUE', 'true', 'True'].map((word) => [word, true] as const),
  ...['0', 'f', 'F', 'FALSE', 'false', 'False'].map((word) => [word, false] as const),
]);

/** Options that Pulumi takes and this client can't honour, with what does the same. */
const unhonoured: Record<string, string> = {
  role: 'name a profile that has role_arn (…?profile=NAME)',
  anonymous: 'give a login: what is written without one proves nothing',
  rate_limiter_capacity: 'take it out: requests are few',
};

/**
 * Reads the address of a bucket as Pulumi 3.259 does (gocloud.dev v0.46: `s3blob` and `V2ConfigFromURLParams`, with Pulumi's translation of
 * older words): `s3://bucket/prefix?region=eu-central-1&endpoint=minio:9000&disableSSL=true&s3ForcePathStyle=true`.
 * @param text the address
 * @param said who says it, for messages: `sluice:store`
 * @throws UserError for what is no such address, and for an option that is unknown or can't be honoured
 */
export function bucketPlace(text: string, said: string): BucketPlace {
  const url = parsed(text, said);
  const options = new Options(url.searchParams, said);
  const disableSsl = options.truth('disableSSL');
  const disableHttps = options.truth('disable_https');
  const endpoint = endpointOf(options, disableSsl ?? false);
  // Of these two Pulumi reads the older one last.
  const newStyle = options.truth('use_path_style');
  const pathStyle = options.truth('s3ForcePathStyle') ?? newStyle ?? false;
  // With a host name that nothing may be put in front of, only the path is left for the bucket.
  const immutable = options.truth('hostname_immutable') ?? false;
  const place: BucketPlace = {
    bucket: url.host,
    prefix: decodeURIComponent(url.pathname).replace(/^\/+|\/+$/g, ''),
    ...defined({
      region: options.text('region'),
      endpoint,
      profile: options.text('profile'),
      requestChecksums: options.checksums('request_checksum_calculation'),
      responseChecksums: options.checksums('response_checksum_validation'),
      encryption: options.oneOf('ssetype', encryptions),
      encryptionKey: options.text('kmskeyid'),
    }),
    pathStyle: pathStyle || (endpoint !== undefined && immutable),
    plain: disableSsl ?? disableHttps ?? false,
    dualstack: options.truth('dualstack') ?? false,
    fips: options.truth('fips') ?? false,
    accelerate: options.truth('accelerate') ?? false,
  };
  options.text('awssdk');
  options.end();
  return place;
}

/** As people may read it, and without what is only about how it is reached: `s3://bucket/prefix`. */
export function nameOfBucket({ bucket, prefix, endpoint }: BucketPlace): string {
  return `s3://${bucket}${prefix === '' ? '' : `/${prefix}`}${endpoint === undefined ? '' : ` at ${endpoint}`}`;
}

function parsed(text: string, said: string): URL {
  let url: URL;
  try {
    url = new URL(text);
    decodeURIComponent(url.pathname);
  } catch {
    throw new UserError(`${said} is no address of a bucket`, `write ${example}`);
  }
  // Not the address itself: what stands there may be a secret.
  if (url.username !== '' || url.password !== '') {
    throw new UserError(
      `${said} has a login in the address of the bucket ${visibleLine(url.host)}`,
      'take it out, and give AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or a profile',
    );
  }
  if (url.protocol !== 's3:' || url.host === '') {
    throw new UserError(`${said} names no bucket`, `write ${example}`);
  }
  return url;
}

const example = 's3://BUCKET/FOLDER?region=REGION, and &endpoint=https://HOST if it is not at AWS';

/** The endpoint with its scheme. Pulumi reads the older word alone for one that has none. */
function endpointOf(options: Options, disableSsl: boolean): string | undefined {
  const text = options.text('endpoint');
  if (text === undefined) return undefined;
  const whole = text.includes('://') ? text : `${disableSsl ? 'http' : 'https'}://${text}`;
  const url = URL.canParse(whole) ? new URL(whole) : undefined;
  if (url === undefined || !['http:', 'https:'].includes(url.protocol) || url.username !== '' || url.password !== '') {
    throw options.wrong(
      'endpoint',
      'is no address of a server',
      'write endpoint=https://HOST or endpoint=http://HOST:PORT',
    );
  }
  return whole.replace(/\/+$/, '');
}

/** The options of an address; whoever has read all that he knows ends it. */
class Options {
  private readonly left: Set<string>;

  constructor(
    private readonly given: URLSearchParams,
    private readonly said: string,
  ) {
    this.left = new Set(given.keys());
  }

  text(name: string): string | undefined {
    this.left.delete(name);
    const value = this.given.get(name) ?? undefined;
    if (value === '') throw this.wrong(name, 'is empty', `give it a value, or take it out`);
    return value;
  }

  truth(name: string): boolean | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const value = truths[text];
    if (value === undefined) throw this.wrong(name, 'is neither true nor false', `write ${name}=true or ${name}=false`);
    return value;
  }

  oneOf(name: string, words: readonly string[]): string | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const word = words.find((each) => each.toLowerCase() === text.toLowerCase());
    if (word === undefined) throw this.wrong(name, 'is unknown', `write one of ${words.join(', ')}`);
    return word;
  }

  checksums(name: string): ChecksumUse | undefined {
    return this.oneOf(name, ['when_supported', 'when_required'])?.toUpperCase() as ChecksumUse | undefined;
  }

  /** @throws UserError for options that nobody has read */
  end(): void {
    for (const name of this.left) {
      const instead = Object.hasOwn(unhonoured, name) ? unhonoured[name] : undefined;
      throw instead === undefined
        ? this.wrong(name, 'is unknown, to Pulumi also', 'correct it, or take it out')
        : this.wrong(name, "can't be honoured by Sluice", instead);
    }
  }

  /** The value is not told: nobody knows what stands there. */
  wrong(name: string, what: string, next: string): UserError {
    return new UserError(`${this.said}: the option "${visibleLine(name, 60)}" ${what}`, next);
  }
}

/** Without what is undefined. */
function defined<T extends object>(values: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as never;
}
