import { sluice } from '../../base/command';

/** Who holds a stack, as Pulumi's lock tells. */
export interface Lock {
  user: string;
  /** Host name; inside a container its short id. */
  host: string;
  pid: number;
  since: Date;
  /** The lock's own file, when the state is a folder. */
  file?: string;
}

/** What is known about those who may hold a lock. */
export interface HolderFacts {
  /** This host's name. */
  host: string;
  /** The engine's name of its host: a machine, though it may look like a container's id. */
  engineHost: string | undefined;
  /** Full ids of the containers that the engine runs; undefined when it can't be asked. */
  runningContainers: readonly string[] | undefined;
  /** When a process of this host began; undefined when there is none. */
  processStart(pid: number): Date | undefined;
}

/** Start times are known to about a second; a lock is taken after its process began. */
const slackMilliseconds = 2000;

/**
 * Whether nobody can hold this lock any more: its process on this host is gone (or is a later one with the same
 * number), or its host is a container that the engine no longer runs, and the state is a folder of this machine: the container of a
 * state that is shared may be another machine's, a CI's runner for one. Everything else counts as alive.
 */
export function isDead(lock: Lock, facts: HolderFacts): boolean {
  if (lock.host === facts.host) {
    const started = facts.processStart(lock.pid);
    return started === undefined || started.getTime() > lock.since.getTime() + slackMilliseconds;
  }
  if (!isContainer(lock) || lock.file === undefined) return false;
  if (lock.host === facts.engineHost || facts.runningContainers === undefined) return false;
  return !facts.runningContainers.some((id) => id.startsWith(lock.host));
}

/** Whether a host's name is what containers have. */
function isContainer({ host }: Lock): boolean {
  return /^[0-9a-f]{12}$/.test(host);
}

/** What to type when a lock's holder is gone and nobody here can tell; undefined where that can be told. */
export function endLock(stack: string, lock: Lock): string | undefined {
  if (!isContainer(lock) || lock.file !== undefined) return undefined;
  return `if its job has ended: ${sluice('pulumi')} cancel -s ${stack}`;
}

/** Reads a lock file of Pulumi's own backends; undefined when it is none (or is just being written). */
export function parseLock(json: string, file: string): Lock | undefined {
  try {
    const value = JSON.parse(json) as Record<string, unknown>;
    const since = new Date(String(value['timestamp']));
    const pid = Number(value['pid']);
    if (!Number.isInteger(pid) || Number.isNaN(since.getTime())) return undefined;
    return { user: String(value['username']), host: String(value['hostname']), pid, since, file };
  } catch {
    return undefined;
  }
}

/** `staging is held by ann@laptop (process 4711) since 14:03:07`. */
export function describeLock(stack: string, lock: Lock): string {
  const time = lock.since.toTimeString().slice(0, 8);
  return `${stack} is held by ${lock.user}@${lock.host} (process ${lock.pid}) since ${time}`;
}
