import { nameOfBucket, type BucketPlace } from './s3-url';
import { StoreTrouble } from '../trouble';

/** What an error of a bucket means, for programs. */
export type S3Trouble =
  /** There is an object of that key. */
  | 'exists'
  /** There is none. */
  | 'absent'
  /** Another request was at the same key. */
  | 'conflict'
  | 'no-bucket'
  | 'no-rights'
  /** Nobody has given a login. */
  | 'no-login'
  | 'login-refused'
  | 'other-region'
  | 'clock'
  /** The server can't do it now; what was asked for may have been done. */
  | 'busy'
  /** No answer; what was asked for may have been done. */
  | 'away'
  /** The server shows a certificate that this machine does not trust. */
  | 'not-trusted'
  /** It does not know what was asked for. */
  | 'unknown-to-it'
  | 'refused';

/** An error of AWS's client, as far as it is looked at. Its words are not shown: they may hold what was signed. */
export interface S3Error {
  name?: string;
  /** Of Node, where there was no answer. */
  code?: string;
  $metadata?: { httpStatusCode?: number };
  $response?: { statusCode?: number; headers?: Record<string, string> };
}

const byName: Record<string, S3Trouble> = {
  PreconditionFailed: 'exists',
  NoSuchKey: 'absent',
  ConditionalRequestConflict: 'conflict',
  OperationAborted: 'conflict',
  NoSuchBucket: 'no-bucket',
  AccessDenied: 'no-rights',
  CredentialsProviderError: 'no-login',
  TokenProviderError: 'no-login',
  InvalidAccessKeyId: 'login-refused',
  SignatureDoesNotMatch: 'login-refused',
  ExpiredToken: 'login-refused',
  ExpiredTokenException: 'login-refused',
  InvalidToken: 'login-refused',
  PermanentRedirect: 'other-region',
  AuthorizationHeaderMalformed: 'other-region',
  IllegalLocationConstraintException: 'other-region',
  RequestTimeTooSkewed: 'clock',
  RequestExpired: 'clock',
  RequestTimeout: 'busy',
  SlowDown: 'busy',
  NotImplemented: 'unknown-to-it',
};

const byStatus: Record<number, S3Trouble> = {
  301: 'other-region',
  401: 'login-refused',
  403: 'no-rights',
  409: 'conflict',
  412: 'exists',
  429: 'busy',
  501: 'unknown-to-it',
};

/** What an error means: by its name, else by the answer's status, else there was no answer. */
export function s3Trouble(error: S3Error): S3Trouble {
  const { name = '', code = '' } = error;
  if (Object.hasOwn(byName, name)) return byName[name] as S3Trouble;
  const status = statusOf(error);
  if (status === undefined) return /CERT|^ERR_TLS/.test(code) ? 'not-trusted' : 'away';
  return byStatus[status] ?? (status >= 500 ? 'busy' : 'refused');
}

/** What may go better the next time. */
export const passes: readonly S3Trouble[] = ['conflict', 'busy', 'away', 'clock'];

/** After these the request may have been done all the same. */
export const leavesDoubt: readonly S3Trouble[] = ['busy', 'away'];

/** What is said of it. @param what `ledger/production/7 can't be written` */
export function s3StoreTrouble(place: BucketPlace, what: string, error: S3Error): StoreTrouble {
  const { bucket, endpoint, profile } = place;
  const where = endpoint ?? 'AWS';
  const login =
    profile === undefined
      ? 'AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_PROFILE, or the role of this machine'
      : `the profile ${profile}`;
  const status = statusOf(error);
  const answer = [status, error.name].filter((each) => each !== undefined && each !== 'Error').join(' ');
  const region = error.$response?.headers?.['x-amz-bucket-region'];
  const rights = `let the login do s3:GetObject, s3:PutObject, s3:DeleteObject and s3:ListBucket on ${bucket}`;
  const server = `is ${where} up and reached from here? ask again then`;
  const texts: Record<S3Trouble, [string, string]> = {
    exists: ['it is there already', 'look who writes there'],
    absent: ['it is not there', 'look who removes it'],
    conflict: ['others write the same object all the time', 'run it again'],
    'no-bucket': [
      `there is no bucket ${bucket} at ${where}`,
      'make the bucket, or correct its name and region in the address',
    ],
    'no-rights': [`the login may not do that (${answer})`, rights],
    'no-login': ['no login was found', `give one: ${login}`],
    'login-refused': [`the login is refused (${answer})`, `correct or renew ${login}`],
    'other-region': [
      region === undefined ? 'the bucket is in another region' : `the bucket is in the region ${region}`,
      `write ?region=${region ?? 'REGION'} into its address`,
    ],
    clock: ["this machine's clock and the server's differ too much", "set this machine's clock"],
    busy: [`${where} can't do it now (${answer})`, server],
    away: [`${where} does not answer (${error.code ?? error.name ?? 'no reason'})`, server],
    'not-trusted': [
      `${where} shows a certificate that this machine does not trust (${error.code})`,
      'name the authority that has signed it: AWS_CA_BUNDLE=FILE',
    ],
    'unknown-to-it': [`${where} does not know how (${answer})`, 'use a server with conditional writes (If-None-Match)'],
    refused: [`${where} refuses (${answer})`, 'correct the address of the bucket'],
  };
  const [why, next] = texts[s3Trouble(error)];
  return new StoreTrouble(`the store in ${nameOfBucket(place)}: ${what}: ${why}`, next);
}

function statusOf(error: S3Error): number | undefined {
  return error.$metadata?.httpStatusCode ?? error.$response?.statusCode;
}
