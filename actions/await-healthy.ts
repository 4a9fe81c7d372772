import { containerAt } from '../clients/docker/docker';
import { lastWords, untilHealthy } from '../clients/docker/healthy';
import { ownEngine } from '../targets/places';
import { ActionFailed } from './runner';

/** A container that another service's start waits for. */
export interface AwaitHealthyInput {
  service: string;
  container: string;
  /** Seconds that it may take. */
  healthySeconds: number;
  /** Holds the place of an environment on another machine. */
  secrets?: Readonly<Record<string, string>>;
}

/**
 * Waits until a container is healthy.
 * @throws ActionFailed with its last words when it won't be
 */
export default async function awaitHealthy(input: AwaitHealthyInput): Promise<{ container: string }> {
  const { service, container, healthySeconds, secrets } = input;
  const at = containerAt(container, ownEngine(secrets));
  const problem = await untilHealthy(at, healthySeconds);
  if (problem === undefined) return { container };
  const words = await lastWords(at);
  throw new ActionFailed(
    [
      `${service}: ${container} is ${problem}; what depends on it is not started`,
      ...(words.length === 0 ? [] : ['  its last words:', ...words.map((line) => `    ${line}`)]),
      `  next: correct ${service}; to try it once more: npm run up`,
    ].join('\n'),
  );
}
