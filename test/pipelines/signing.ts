import { createHash, createHmac } from 'node:crypto';
import { signingString } from '../../pipelines/signature';

const signedHeaders = ['accept', 'accept-encoding', 'content-type', 'date', 'digest'];

/** How a test's request differs from what Drone sends. */
export interface Signing {
  secret?: string;
  keyId?: string;
  algorithm?: string;
  /** Headers that the signature covers. */
  names?: string[];
  date?: Date;
}

/** The headers with which Drone sends a body. */
export function signed(body: string, o: Signing = {}): Record<string, string> {
  const headers = {
    accept: 'application/vnd.drone.config.v1+json',
    'accept-encoding': 'identity',
    'content-type': 'application/json',
    date: (o.date ?? new Date()).toUTCString(),
    digest: `SHA-256=${createHash('sha256').update(body).digest('base64')}`,
  };
  const names = o.names ?? signedHeaders;
  const text = signingString({ method: 'POST', url: '/', headers }, names) ?? '';
  const signature = createHmac('sha256', o.secret ?? 'right')
    .update(text)
    .digest('base64');
  const keyId = o.keyId ?? 'hmac-key';
  const algorithm = o.algorithm ?? 'hmac-sha256';
  return {
    ...headers,
    signature: `keyId="${keyId}",algorithm="${algorithm}",signature="${signature}",headers="${names.join(' ')}"`,
  };
}
