import { isDeepStrictEqual } from 'node:util';
import type { CheckContext } from './context';
import type { RequestOf } from './contract';
import { valueAt } from './json-path';
import { Failed, Unclear } from './outcome';

const MOST_KEPT = 256 * 1024;
/** Headers whose values may let somebody in. */
const SECRET = /^(set-cookie|authorization|.*token.*|.*secret.*)$/i;

interface Answer {
  status: number;
  headers: Headers;
  body: string;
  seconds: number;
}

/** Asks one address and looks at the answer. A connection that fails is "could not tell", an answer never is. */
export async function httpCheck({ request, steps, evidence, signal }: CheckContext<RequestOf<'http'>>): Promise<void> {
  const { settings } = request;
  const method = settings.method ?? 'GET';
  const url = new URL(settings.path, request.urls[settings.service]).href;
  const answer = await steps.run(`${method} ${url} answers`, () => ask(method, url, signal));
  evidence.write('response.txt', describeAnswer(`${method} ${url}`, answer));

  await steps.run(`status is ${settings.status ?? '200 to 299'}`, () =>
    hold(
      settings.status === undefined ? answer.status >= 200 && answer.status < 300 : answer.status === settings.status,
      String(settings.status ?? '200 to 299'),
      `${answer.status}, ${quote(answer.body)}`,
      url,
    ),
  );
  for (const [name, text] of Object.entries(settings.headers ?? {})) {
    const seen = answer.headers.get(name);
    await steps.run(`header ${name} contains "${text}"`, () =>
      hold(seen?.includes(text) ?? false, quote(text), seen === null ? 'no such header' : quote(seen), url),
    );
  }
  const { contains, matches } = settings.body ?? {};
  if (contains !== undefined) {
    await steps.run(`body contains "${contains}"`, () =>
      hold(answer.body.includes(contains), quote(contains), quote(answer.body), url),
    );
  }
  if (matches !== undefined) {
    await steps.run(`body matches /${matches}/`, () =>
      hold(new RegExp(matches, 'u').test(answer.body), `/${matches}/`, quote(answer.body), url),
    );
  }
  for (const { path, equals } of settings.json ?? []) {
    await steps.run(`JSON ${path || 'body'} is ${JSON.stringify(equals)}`, () => {
      const seen = valueAt(parse(answer.body, url), path);
      hold(
        isDeepStrictEqual(seen, equals),
        JSON.stringify(equals),
        seen === undefined ? 'nothing' : JSON.stringify(seen).slice(0, 160),
        url,
      );
    });
  }
  const { maxSeconds } = settings;
  if (maxSeconds !== undefined) {
    await steps.run(`the answer is there within ${maxSeconds} s`, () =>
      hold(answer.seconds <= maxSeconds, `at most ${maxSeconds} s`, `${answer.seconds} s`, url),
    );
  }
}

async function ask(method: string, url: string, signal: AbortSignal): Promise<Answer> {
  const started = performance.now();
  try {
    const response = await fetch(url, {
      method,
      signal,
      redirect: 'manual',
      headers: { 'user-agent': 'sluice-check' },
    });
    const body = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      body,
      seconds: Math.ceil(performance.now() - started) / 1000,
    };
  } catch (error) {
    const cause = error instanceof Error ? (error.cause ?? error) : error;
    const { code, message } = cause as { code?: string; message?: string };
    throw new Unclear(`no answer from ${url}: ${code ?? message ?? String(cause)}`);
  }
}

function hold(ok: boolean, expected: string, seen: string, url: string): void {
  if (!ok) throw new Failed(`expected ${expected}, seen ${seen} at ${url}`);
}

function parse(body: string, url: string): unknown {
  try {
    return JSON.parse(body) as unknown;
  } catch {
    throw new Failed(`expected JSON, seen ${quote(body)} at ${url}`);
  }
}

/** A text in one line that people can read. */
function quote(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line === '' ? 'an empty body' : `"${line.length > 160 ? `${line.slice(0, 160)}…` : line}"`;
}

function describeAnswer(question: string, { status, headers, body, seconds }: Answer): string {
  const shown = [...headers].map(([name, value]) => `${name}: ${SECRET.test(name) ? '(hidden)' : value}`);
  return [question, `status ${status} after ${seconds} s`, ...shown, '', body.slice(0, MOST_KEPT)].join('\n');
}
