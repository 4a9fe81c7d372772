import { dockerSays } from '../../../clients/docker/words';
import type { Operation } from '../serving/plugin';
import { EngineError, type RequestOptions } from './engine';
import { currentSession } from './settings';
import { until } from './until';

/**
 * Removes what containers may still be leaving, as soon as they have; what is not there counts as removed.
 * @param what in words, `network`
 */
export async function removeUnused(
  what: string,
  path: string,
  { signal, status }: Pick<Operation, 'signal' | 'status'>,
  query?: RequestOptions['query'],
): Promise<void> {
  const { engine } = currentSession();
  const waiting = (): void => status(`waiting for containers to leave the ${what}`);
  await until({ limitSeconds: 30, signal, waiting }, async () => {
    try {
      await engine.json('DELETE', path, { query });
      return true;
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      if (error.status === 404) return true;
      if (dockerSays(error.message, 'in-use')) return error;
      throw error;
    }
  });
}
