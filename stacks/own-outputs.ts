import { setTimeout as sleep } from 'node:timers/promises';
import * as pulumi from '@pulumi/pulumi';
import type { DeploymentOutputs } from '../releases/on-record';
import type { KnownHead } from '../store/ledger/entry';
import { stackName } from './platform-outputs';

/** What an environment's stack has published at the end of its last update that succeeded, as far as its next one has to know it. */
export interface OwnOutputs extends DeploymentOutputs {
  /** The last end of its ledger that its state knows; absent before the first record, and of older versions. */
  ledgerHead?: KnownHead | null | undefined;
}

/** What this stack's state says that it has deployed and runs. Asked without a resource: its own outputs are no other stack's. */
export async function ownOutputs(name: string): Promise<OwnOutputs> {
  const { outputs } = await untilRead(
    () =>
      pulumi.runtime.invoke('pulumi:pulumi:readStackOutputs', { name: stackName(name) }) as Promise<{
        outputs?: OwnOutputs;
      }>,
  );
  return outputs ?? {};
}

/**
 * Reads a state that Pulumi may be writing: this update's own. In a folder it is cut short for a moment, and can't be read then.
 * @param pause milliseconds between two tries
 */
export async function untilRead<T>(read: () => Promise<T>, tries = 20, pause = 100): Promise<T> {
  for (let left = tries; ; left -= 1) {
    try {
      return await read();
    } catch (error) {
      if (left <= 1) throw error;
      await sleep(pause);
    }
  }
}
