import { containerAt } from '../clients/docker/docker';
import { lastWords, untilHealthy } from '../clients/docker/healthy';
import { ownEngine } from '../targets/places';
import { ActionFailed, nextLine } from '../base/errors';
import type { ActionInput, ActionOutput } from './contract';

/**
 * Waits until a container is healthy.
 * @throws ActionFailed with its last words when it won't be
 */
export default async function awaitHealthy(
  input: ActionInput<'await-healthy'>,
): Promise<ActionOutput<'await-healthy'>> {
  const { service, container, healthySeconds, places } = input;
  const at = containerAt(container, ownEngine(places));
  const problem = await untilHealthy(at, healthySeconds);
  if (problem === undefined) return { container };
  const words = await lastWords(at);
  throw new ActionFailed(
    [
      `${service}: ${container} is ${problem}; what depends on it is not started`,
      ...(words.length === 0 ? [] : ['  its last words:', ...words.map((line) => `    ${line}`)]),
      nextLine(`correct ${service}; to try it once more: npm run up`),
    ].join('\n'),
  );
}
