import * as http from 'node:http';
import * as https from 'node:https';
import * as tls from 'node:tls';

/** One request to a registry or its token service. */
export interface RegistryRequest {
  method: string;
  url: URL;
  headers: Readonly<Record<string, string>>;
  body?: Buffer;
}

/** An answer, with its body read. Names of headers are in small letters. */
export interface RegistryAnswer {
  status: number;
  headers: http.IncomingHttpHeaders;
  body: Buffer;
}

/** Sends one request. Rejects with the system's or TLS' own error; redirects are answers. */
export type Send = (request: RegistryRequest) => Promise<RegistryAnswer>;

/**
 * @param o.ca PEM of an authority that is trusted besides those that Node trusts, on these connections only
 * @param o.milliseconds for the whole of one request
 */
export function sender(o: { ca?: string; milliseconds: number }): Send {
  const trusted = o.ca === undefined ? {} : { ca: [...usual(), o.ca] };
  const send: Send = ({ method, url, headers, body }) =>
    new Promise((resolve, reject) => {
      const options = { method, headers, signal: AbortSignal.timeout(o.milliseconds), ...trusted };
      const request = (url.protocol === 'https:' ? https : http).request(url, options, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) }),
        );
      });
      request.on('error', (error: Error & { code?: string }) => {
        // A kept connection that the server has closed meanwhile tells nothing of the server.
        if (request.reusedSocket && error.code === 'ECONNRESET')
          send({ method, url, headers, body }).then(resolve, reject);
        else reject(error);
      });
      request.end(body);
    });
  return send;
}

/** The authorities that Node trusts, those of the machine that it was told of (NODE_EXTRA_CA_CERTS) included where it can tell. */
function usual(): readonly string[] {
  // Since Node 22.15.
  const { getCACertificates } = tls as { getCACertificates?: (type: 'default') => string[] };
  return getCACertificates?.('default') ?? tls.rootCertificates;
}

/** An error's code, or its text: `ECONNREFUSED`, `time-out`. */
export function reason(error: unknown): string {
  const { name, code, message, cause } = error as Error & { code?: string; cause?: { name?: string } };
  if (name === 'TimeoutError' || cause?.name === 'TimeoutError') return 'time-out';
  if (error instanceof AggregateError && error.errors.length > 0 && code === undefined) return reason(error.errors[0]);
  return code === undefined || code === 'ERR_SSL_WRONG_VERSION_NUMBER' ? message : code;
}
