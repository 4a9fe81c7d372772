import { setTimeout as sleep } from 'node:timers/promises';
import { docker, DockerError, type OnEngine } from '../clients/docker/docker';
import { dockerSays } from '../clients/docker/words';
import { ownEngine } from '../targets/places';
import type { ActionInput, ActionOutput } from './contract';

/**
 * Limits the processes of running containers. The docker provider has no property for it, the engine has (`docker update`),
 * and the container keeps it over restarts.
 */
export default async function limitProcesses({
  containers,
  limit,
  places,
}: ActionInput<'limit-processes'>): Promise<ActionOutput<'limit-processes'>> {
  const on = ownEngine(places);
  // A rootless engine whose user was not given this controller refuses the update; memory bounds processes there as well.
  const { stdout } = await docker(['info', '--format', '{{.PidsLimit}}'], { ...on, timeoutSeconds: 60 });
  if (stdout.trim() !== 'true') return { containers: [] };
  await update(['update', '--pids-limit', String(limit), ...containers], on);
  return { containers };
}

/** How often a container may end in the very moment in which it is limited. */
const attempts = 10;

/**
 * The engine sets the limit of a container that runs now, or that it will start again; one that ends in between makes it
 * fail. Whether a container keeps running is asked elsewhere, and told with what it said.
 */
async function update(command: readonly string[], on: OnEngine): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    const result = await docker(command, { ...on, timeoutSeconds: 60, allowFailure: true });
    if (result.code === 0) return;
    if (attempt === attempts || !dockerSays(result.stderr, 'stopped')) throw new DockerError(command, result);
    await sleep(200);
  }
}
