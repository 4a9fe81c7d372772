import http from 'node:http';

const LARGEST_FORM = 16 * 1024;

const SECURITY = {
  'content-security-policy':
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  'referrer-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
};

/** A request that asks for too much. */
class TooLarge extends Error {}

/**
 * An HTTP server around the shop, with one JSON line per request on `log`.
 * @param {(question: import('./shop.js').Question) => Promise<import('./shop.js').Answer>} shop
 * @param {{ log?: (entry: object) => void, headers?: Record<string, string> }} [options] headers: added to each answer
 */
export function createService(shop, { log = () => undefined, headers = {} } = {}) {
  return http.createServer(async (request, response) => {
    const started = process.hrtime.bigint();
    const url = parseUrl(request.url);
    response.on('close', () => {
      log({
        time: new Date().toISOString(),
        level: response.statusCode >= 500 ? 'error' : 'info',
        message: 'request',
        method: request.method,
        path: url?.pathname ?? request.url,
        status: response.writableFinished ? response.statusCode : 'aborted',
        milliseconds: Number((process.hrtime.bigint() - started) / 10_000n) / 100,
      });
    });
    const answer = url === undefined ? plain(400, 'bad address\n') : await answerTo(request, url);
    const body = Buffer.from(answer.body ?? '');
    response.writeHead(answer.status, {
      'cache-control': 'no-store',
      ...SECURITY,
      ...headers,
      ...answer.headers,
      ...(answer.status === 304 ? {} : { 'content-length': body.length }),
    });
    response.end(request.method === 'HEAD' ? undefined : body);
  });

  /** @param {http.IncomingMessage} request @param {URL} url */
  async function answerTo(request, url) {
    try {
      return await shop({
        method: request.method ?? 'GET',
        url,
        cookie: request.headers.cookie,
        knownTag: request.headers['if-none-match'],
        readForm: () => readForm(request),
      });
    } catch (error) {
      if (error instanceof TooLarge) return plain(413, 'too large\n', { connection: 'close' });
      log({
        time: new Date().toISOString(),
        level: 'error',
        message: String(error?.stack ?? error),
        path: url.pathname,
      });
      return plain(500, 'Something went wrong here. Please try again.\n');
    }
  }
}

/** @param {string | undefined} target */
function parseUrl(target) {
  try {
    return new URL(target?.startsWith('/') ? `http://shop${target}` : '');
  } catch {
    return undefined;
  }
}

/** @param {number} status @param {string} body @param {Record<string, string>} [headers] */
function plain(status, body, headers = {}) {
  return { status, headers: { 'content-type': 'text/plain; charset=utf-8', ...headers }, body };
}

/** @param {http.IncomingMessage} request */
async function readForm(request) {
  const chunks = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > LARGEST_FORM) throw new TooLarge();
    chunks.push(chunk);
  }
  return new URLSearchParams(Buffer.concat(chunks).toString('utf8'));
}
