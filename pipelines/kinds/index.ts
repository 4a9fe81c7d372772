import { drone } from './drone';
import { github } from './github';
import { gitlab } from './gitlab';
import type { CiJob, CiKind, ExternalServer } from './kind';

export type { ExternalServer } from './kind';

const kinds = { drone, gitlab, github } as const satisfies Record<string, CiKind>;

/** Kinds of CI servers, as `sluice:ci` names them. */
export type CiName = keyof typeof kinds;

/** All of them; the first one is the default. */
export const ciNames = Object.keys(kinds) as [CiName, ...CiName[]];

/** The kind of a name. */
export const ciKinds: Readonly<Record<CiName, CiKind>> = kinds;

/**
 * What there is to a CI server that is not the platform's own; undefined of the platform's own.
 * @param name none of a platform of an older version, which has its own
 */
export function externalServerOf(name: CiName | null | undefined): ExternalServer | undefined {
  return ciKinds[name ?? ciNames[0]].external;
}

/** The job that this process is, and of which kind of server; undefined at a terminal. */
export function jobHere(environment: NodeJS.ProcessEnv = process.env): (CiJob & { kind: CiKind }) | undefined {
  for (const name of ciNames) {
    const job = ciKinds[name].jobIn(environment);
    if (job !== undefined) return { ...job, kind: ciKinds[name] };
  }
  return undefined;
}
