import type { CheckCode } from './context';
import type { CheckRequest, RequestOf } from './contract';
import type { CheckTypeName } from '../releases/types';

/**
 * The program of each type of check. It is loaded by the process that runs one: to load Playwright takes longer than most other checks
 * do, and Datadog's is 5 MB of somebody else's.
 */
const programs: { readonly [Type in CheckTypeName]: () => Promise<CheckCode<RequestOf<Type>>> } = {
  browser: async () => (await import('./browser')).browserCheck,
  http: async () => (await import('./http')).httpCheck,
  command: async () => (await import('./command')).commandCheck,
  prometheus: async () => (await import('./prometheus')).prometheusCheck,
  datadog: async () => (await import('./datadog')).datadogCheck,
};

/** Loads the program for a request, which has been held to its type's settings by then. */
export function loadProgram(type: CheckTypeName): Promise<CheckCode<CheckRequest>> {
  return programs[type]() as Promise<CheckCode<CheckRequest>>;
}
