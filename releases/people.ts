/**
 * How people are named: `drone:ann`, `gitlab:ann`, `github:ann` for a login that the CI server has proved, `os:ann@laptop` for the
 * user of a machine with a terminal. The same login of two realms is two people.
 */
export type Realm = 'drone' | 'gitlab' | 'github' | 'os';

/** A person as config may name one: `ann`, `drone:ann`, `os:ann@laptop`. */
export const approverPattern = /^((drone|gitlab|github):)?[\w.-]+$|^os:[\w.@-]+@[\w.-]+$/;

/** `drone:ann` */
export function personOf(realm: Realm, name: string): string {
  return `${realm}:${name}`;
}

/** The realm that a person's name says; undefined of a name without one, as ledgers of older versions have it: nobody has proved it. */
export function realmOf(person: string): Realm | undefined {
  return /^(drone|gitlab|github|os):./.exec(person)?.[1] as Realm | undefined;
}

/**
 * The full name of somebody whom config names.
 * @param ci the platform's own CI server, whose login a bare name is
 */
export function fullName(approver: string, ci: Exclude<Realm, 'os'>): string {
  return realmOf(approver) === undefined ? personOf(ci, approver) : approver;
}
