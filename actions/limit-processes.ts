import { docker } from '../engine/docker';

/** Containers and how many processes and threads each of them may have. */
export interface LimitProcessesInput {
  /** Ids or names. */
  containers: string[];
  limit: number;
}

/** The containers that were limited; none on an engine that can't count processes. */
export interface LimitProcessesOutput {
  containers: string[];
}

/**
 * Limits the processes of running containers. The docker provider has no property for it, the engine has (`docker update`),
 * and the container keeps it over restarts.
 */
export default async function limitProcesses({
  containers,
  limit,
}: LimitProcessesInput): Promise<LimitProcessesOutput> {
  // A rootless engine whose user was not given this controller refuses the update; memory bounds processes there as well.
  const { stdout } = await docker(['info', '--format', '{{.PidsLimit}}'], { timeoutSeconds: 60 });
  if (stdout.trim() !== 'true') return { containers: [] };
  await docker(['update', '--pids-limit', String(limit), ...containers], { timeoutSeconds: 60 });
  return { containers };
}
