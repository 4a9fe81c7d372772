import { z } from 'zod';

/** The variable in which a run tells all that it starts which leases it has: the owner by environment, as JSON. */
export const leasesVariable = 'SLUICE_LEASES';

const owners = z.record(z.string(), z.string());

function read(variables: NodeJS.ProcessEnv): Record<string, string> {
  try {
    return owners.safeParse(JSON.parse(variables[leasesVariable] ?? '{}')).data ?? {};
  } catch {
    return {};
  }
}

/** The owner of a lease that was handed down to this process; undefined when none was. */
export function leaseOf(variables: NodeJS.ProcessEnv, environment: string): string | undefined {
  return read(variables)[environment];
}

/** The environments whose leases were handed down. */
export function leasedIn(variables: NodeJS.ProcessEnv): string[] {
  return Object.keys(read(variables));
}

/** Hands a lease down to whatever gets these variables from now on. @param owner undefined: it is handed down no more */
export function handDown(variables: NodeJS.ProcessEnv, environment: string, owner: string | undefined): void {
  const others = Object.entries(read(variables)).filter(([name]) => name !== environment);
  const now = owner === undefined ? others : [...others, [environment, owner]];
  variables[leasesVariable] = JSON.stringify(Object.fromEntries(now));
}
