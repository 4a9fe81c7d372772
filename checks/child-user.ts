/** The user that the code of others runs as, numbers only: no name has to be known where a check runs. */
export interface ChildUser {
  uid: number;
  gid: number;
}

const option = '--child-user';

/** The option that tells the program of a check its child's user. */
export function childUserOption({ uid, gid }: ChildUser): string[] {
  return [option, `${uid}:${gid}`];
}

/**
 * Reads {@link childUserOption}. Without it everything runs as one user, as by hand at a terminal.
 * @throws Error for a value that is no pair of numbers: going on would be as somebody who may do more
 */
export function childUserIn(args: readonly string[]): ChildUser | undefined {
  const at = args.indexOf(option);
  if (at < 0) return undefined;
  const value = args[at + 1] ?? '';
  const [, uid, gid] = /^(\d+):(\d+)$/.exec(value) ?? [];
  if (uid === undefined || gid === undefined) throw new Error(`${option} takes UID:GID, not "${value}"`);
  return { uid: Number(uid), gid: Number(gid) };
}
