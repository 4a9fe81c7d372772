/** A request as a fake server gets it. */
export interface FakeRequest {
  method: string;
  /** Path with query. */
  path: string;
  host: string;
  headers: Record<string, string>;
  /** The parsed JSON, or the form's text. */
  body: unknown;
}

/** What a fake server answers: a status, and JSON or a text. */
export interface FakeAnswer {
  status?: number;
  json?: unknown;
  text?: string;
  headers?: [string, string][];
}

/** Answers by `METHOD host/path`; a missing one is a 404. */
export type FakeRoutes = Record<string, FakeAnswer | ((request: FakeRequest) => FakeAnswer)>;

/**
 * Puts servers behind the global fetch until {@link restoreFetch}. No network is used.
 * @returns the requests, in order
 */
export function fakeServers(routes: FakeRoutes): FakeRequest[] {
  const seen: FakeRequest[] = [];
  globalThis.fetch = async (input, init) => {
    const sent = new Request(input, init);
    const url = new URL(sent.url);
    const request: FakeRequest = {
      method: sent.method,
      host: url.host,
      path: `${url.pathname}${url.search}`,
      headers: Object.fromEntries(sent.headers),
      body: parsed(await sent.text()),
    };
    seen.push(request);
    const route = routes[`${request.method} ${request.host}${request.path}`];
    const answer = typeof route === 'function' ? route(request) : (route ?? { status: 404, text: 'not found' });
    const body = answer.json === undefined ? (answer.text ?? null) : JSON.stringify(answer.json);
    return new Response(body, { status: answer.status ?? 200, headers: answer.headers ?? [] });
  };
  return seen;
}

const realFetch = globalThis.fetch;

/** Takes the fake servers away. */
export function restoreFetch(): void {
  globalThis.fetch = realFetch;
}

/** The requests as `METHOD host/path`. */
export function lines(requests: readonly FakeRequest[]): string[] {
  return requests.map(({ method, host, path }) => `${method} ${host}${path}`);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
