import { sluice } from '../../base/command';

/** Who holds a stack, as Pulumi's lock tells. */
export interface Lock {
  /** Pulumi's own: the name of the lock's file without its ending. */
  id: string;
  user: string;
  /** Host name; inside a container its short id. */
  host: string;
  pid: number;
  since: Date;
  /** It lies in a folder of this machine; false: whoever has it may be on another machine, which may be named like this one. */
  isHere: boolean;
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

/** A lock is taken after its process began. Both times move with the machine's date, which may have been set in between by less than this. */
const slackMilliseconds = 60_000;

/**
 * Whether nobody can hold this lock any more, which the lease does not tell of: an older version has left it, or plain Pulumi, or a run that was
 * killed before it could note it. Its process on this host is gone (or is a later one with the same number), or its host is a container that
 * the engine no longer runs. Everything else counts as alive, and so does every lock of a state that is shared.
 */
export function isDead(lock: Lock, facts: HolderFacts): boolean {
  if (!lock.isHere) return false;
  if (lock.host === facts.host) {
    const started = facts.processStart(lock.pid);
    return started === undefined || started.getTime() > lock.since.getTime() + slackMilliseconds;
  }
  if (!/^[0-9a-f]{12}$/.test(lock.host)) return false;
  if (lock.host === facts.engineHost || facts.runningContainers === undefined) return false;
  return !facts.runningContainers.some((id) => id.startsWith(lock.host));
}

/** What to type when a lock's holder is gone and nobody here can tell; undefined where that can be told. */
export function endLock(stack: string, lock: Lock): string | undefined {
  return lock.isHere ? undefined : `if that has ended: ${sluice('pulumi')} cancel -s ${stack}`;
}

/** Reads a lock file of Pulumi's own backends; undefined when it is none (or is just being written). */
export function parseLock(json: string, where: Pick<Lock, 'id' | 'isHere'>): Lock | undefined {
  try {
    const value = JSON.parse(json) as Record<string, unknown>;
    const since = new Date(String(value['timestamp']));
    const pid = Number(value['pid']);
    if (!Number.isInteger(pid) || Number.isNaN(since.getTime())) return undefined;
    return { ...where, user: String(value['username']), host: String(value['hostname']), pid, since };
  } catch {
    return undefined;
  }
}

/** `staging is held by ann@laptop (process 4711) since 14:03:07`. */
export function describeLock(stack: string, lock: Lock): string {
  const time = lock.since.toTimeString().slice(0, 8);
  return `${stack} is held by ${lock.user}@${lock.host} (process ${lock.pid}) since ${time}`;
}
