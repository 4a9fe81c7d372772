import { PluginClient } from './client';
import type { Executable } from './executables';
import type { Properties } from '../../../toolchain/plugins/serving/values';
import { image, prefix, setUp, tearDown } from './machine';

/** Type of the resource that these tests are about. */
export const type = 'docker:index/container:Container';

let count = 0;

/** Inputs of a container that sleeps, under a name of its own. */
export function inputs(more: Properties = {}): Properties {
  return { name: `${prefix}-container-${++count}`, image, command: ['sleep', '600'], ...more };
}

/** The error that some work ends in. */
export async function failure(work: Promise<unknown>): Promise<Error> {
  try {
    await work;
  } catch (error) {
    return error as Error;
  }
  throw new Error('it succeeded');
}

/** Starts a plugin before a suite's tests and ends it, and what they made, after them. */
export function started(executable: Executable): () => PluginClient {
  let client: PluginClient | undefined;
  before(async () => {
    await setUp();
    client = await PluginClient.start(executable);
  });
  after(async () => {
    client?.stop();
    await tearDown();
  });
  return () => {
    if (client === undefined) throw new Error('the plugin has not been started');
    return client;
  };
}
