import * as fs from 'node:fs';
import * as path from 'node:path';
import type { RequestOf } from '../../checks/contract';
import type { CheckVerdict } from '../../checks/protocol';
import { runHere } from '../../checks/run';
import { fakeDatadog, type FakeDatadog, type FakeTest } from './datadog-server';
import { datadogRequest } from './fixtures';

export type Settings = RequestOf<'datadog'>['settings'];

/** What a check said, what it asked, and what it left. */
export interface Ran {
  verdict: CheckVerdict['verdict'];
  summary: string;
  result: CheckVerdict;
  fake: FakeDatadog;
  read: (file: string) => string;
}

export type RunOptions = Parameters<typeof fakeDatadog>[1] & { limit?: number; apiUrl?: string };

/** Runs the check with Datadog's own package against a replay of its API that has these tests. */
export async function runDatadog(
  tests: Record<string, FakeTest>,
  settings: Settings,
  o: RunOptions = {},
): Promise<Ran> {
  const fake = await fakeDatadog(tests, o);
  const request = datadogRequest({ apiUrl: o.apiUrl ?? fake.url, ...settings }, o.limit);
  const result = await runHere(request);
  const { verdict, summary } = result;
  return { verdict, summary, result, fake, read: (file) => fs.readFileSync(path.join(request.evidence, file), 'utf8') };
}
