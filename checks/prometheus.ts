import { z } from 'zod';
import type { CheckContext } from './context';
import type { RequestOf } from './contract';
import { Failed, Unclear } from './outcome';

const pair = z.tuple([z.number(), z.string()]);

/** An instant query's answer (Prometheus HTTP API v1, "Instant queries"). */
const answer = z.discriminatedUnion('status', [
  z.object({ status: z.literal('error'), errorType: z.string(), error: z.string() }),
  z.object({
    status: z.literal('success'),
    data: z.discriminatedUnion('resultType', [
      z.object({
        resultType: z.literal('vector'),
        result: z.array(z.object({ metric: z.record(z.string(), z.string()), value: pair })),
      }),
      z.object({ resultType: z.literal('scalar'), result: pair }),
      z.object({ resultType: z.enum(['matrix', 'string']), result: z.unknown() }),
    ]),
  }),
]);

/** One value of a result, and what it is of. */
interface Sample {
  of: string;
  value: number;
}

/**
 * Asks a Prometheus, or what speaks as one does, and holds every value of the answer against bounds. Anything but a
 * number is "could not tell": no data, NaN, a query that is wrong, a server that is away.
 */
export async function prometheusCheck(context: CheckContext<RequestOf<'prometheus'>>): Promise<void> {
  const { request, steps, evidence, signal } = context;
  const { url, query, min, max } = request.settings;
  const samples = await steps.run(`${query} has a value`, async () => {
    const text = await ask(url, query, signal);
    evidence.write('response.json', text);
    return samplesIn(text);
  });
  for (const { of, value } of samples) {
    const bounds = [
      ...(min === undefined ? [] : [`at least ${min}`]),
      ...(max === undefined ? [] : [`at most ${max}`]),
    ];
    await steps.run(`${of} is ${bounds.join(' and ')}`, () => {
      if (value < (min ?? -Infinity) || value > (max ?? Infinity)) {
        throw new Failed(`expected ${bounds.join(' and ')}, seen ${value}`);
      }
    });
  }
}

async function ask(url: string, query: string, signal: AbortSignal): Promise<string> {
  const address = `${url.replace(/\/+$/, '')}/api/v1/query?${new URLSearchParams({ query }).toString()}`;
  try {
    const response = await fetch(address, { signal, headers: { 'user-agent': 'sluice-check' } });
    return await response.text();
  } catch (error) {
    const cause = error instanceof Error ? (error.cause ?? error) : error;
    const { code, message } = cause as { code?: string; message?: string };
    throw new Unclear(`no answer from ${url}: ${code ?? message ?? String(cause)}`);
  }
}

/** @throws Unclear when there is no number in it */
function samplesIn(text: string): Sample[] {
  const parsed = answer.safeParse(json(text));
  if (!parsed.success) throw new Unclear(`that is no answer of a Prometheus: ${text.trim().slice(0, 160)}`);
  if (parsed.data.status === 'error') throw new Unclear(`${parsed.data.errorType}: ${parsed.data.error}`);
  const { data } = parsed.data;
  if (data.resultType !== 'vector' && data.resultType !== 'scalar') {
    throw new Unclear(`the query gives a ${data.resultType}; it should give a number, or one for each series`);
  }
  const samples =
    data.resultType === 'scalar'
      ? [{ of: 'the value', value: number(data.result[1]) }]
      : data.result.map(({ metric, value }) => ({ of: series(metric), value: number(value[1]) }));
  if (samples.length === 0) throw new Unclear('the query gives no data');
  const nothing = samples.find(({ value }) => Number.isNaN(value));
  if (nothing !== undefined) throw new Unclear(`${nothing.of} is no number`);
  return samples;
}

function json(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** A number as Prometheus writes it: `+Inf` and `-Inf` besides. */
function number(text: string): number {
  return /^[+-]?Inf$/.test(text) ? (text.startsWith('-') ? -Infinity : Infinity) : Number(text);
}

function series(metric: Readonly<Record<string, string>>): string {
  const { __name__: name = '', ...labels } = metric;
  const text = Object.entries(labels).map(([key, value]) => `${key}="${value}"`);
  return text.length === 0 ? name || 'the value' : `${name}{${text.join(',')}}`;
}
