import http from 'node:http';

const LARGEST_BODY = 64 * 1024;

/** A request that asks for too much. */
class TooLarge extends Error {}

/**
 * An HTTP server around the API: JSON in and out, one JSON line per request on `log`.
 * @param {(question: import('./api.js').Question) => Promise<import('./api.js').Answer>} api
 * @param {{ log?: (entry: object) => void, headers?: Record<string, string> }} [options] headers: added to each answer
 */
export function createService(api, { log = () => undefined, headers = {} } = {}) {
  const server = http.createServer(async (request, response) => {
    const started = process.hrtime.bigint();
    const path = (request.url ?? '/').split('?')[0] ?? '/';
    response.on('close', () => {
      log({
        time: new Date().toISOString(),
        level: response.statusCode >= 500 ? 'error' : 'info',
        message: 'request',
        method: request.method,
        path,
        status: response.writableFinished ? response.statusCode : 'aborted',
        milliseconds: Number((process.hrtime.bigint() - started) / 10_000n) / 100,
      });
    });
    const answer = await answerTo(request, path);
    const body = Buffer.from(JSON.stringify(answer.body) + '\n');
    response.writeHead(answer.status, {
      'content-type': 'application/json; charset=utf-8',
      'content-length': body.length,
      'cache-control': 'no-store',
      ...headers,
      ...answer.headers,
    });
    response.end(request.method === 'HEAD' ? undefined : body);
  });

  /** @param {http.IncomingMessage} request @param {string} path @returns {Promise<import('./api.js').Answer>} */
  async function answerTo(request, path) {
    try {
      return await api({ method: request.method ?? 'GET', path, readBody: () => readBody(request) });
    } catch (error) {
      if (error instanceof TooLarge) {
        return {
          status: 413,
          body: { error: { code: 'too-large', message: `the body may have ${LARGEST_BODY} bytes` } },
          headers: { connection: 'close' },
        };
      }
      log({ time: new Date().toISOString(), level: 'error', message: String(error?.stack ?? error), path });
      return { status: 500, body: { error: { code: 'internal', message: 'something went wrong here' } } };
    }
  }

  return server;
}

/** @param {http.IncomingMessage} request */
async function readBody(request) {
  const chunks = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > LARGEST_BODY) throw new TooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
