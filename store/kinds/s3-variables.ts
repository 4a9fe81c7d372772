/** Variables with the login at a bucket, as Pulumi's client and ours read them. Those that name a file or a service of this machine are none. */
export const bucketLogin = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN'] as const;

/** Variables that say where a bucket is and how it is talked to. They hold no secret. */
export const bucketSettings = [
  'AWS_REGION',
  'AWS_DEFAULT_REGION',
  'AWS_ENDPOINT_URL',
  'AWS_ENDPOINT_URL_S3',
  'AWS_REQUEST_CHECKSUM_CALCULATION',
  'AWS_RESPONSE_CHECKSUM_VALIDATION',
] as const;
