import { whoIsAtWork } from '../../pipelines/by';
import { candidateKey } from '../../releases/names';
import type { ReleaseSet } from '../../releases/ledger';
import type { LedgerPlace } from '../../targets/place';
import { targetOf, type Target } from '../../targets/target';
import type { ActionInput } from '../contract';
import { edgesOf, type Edges } from './edges';

type Input = ActionInput<'cutover'>;

/** What a cutover is asked, with the environment where it runs. */
export interface CutoverOfTarget extends Omit<Input, 'edge' | 'ledger' | 'places'> {
  edges: Edges;
  ledger: LedgerPlace;
  target: Target;
}

/** Finds the environment of a cutover, and what stands in front of it. */
export function withTarget({ places, ledger: access, ...input }: Input): CutoverOfTarget {
  const target = targetOf(input, access, places?.own);
  const edges = edgesOf({ ...input, services: edgedServices(input.routes), on: target.on });
  return { ...input, target, edges, ledger: target.ledger };
}

/** What all records of a cutover say. */
export function entryOf({ environment, candidate }: CutoverOfTarget, releases: ReleaseSet) {
  return { at: new Date().toISOString(), environment, candidate, releases, by: whoIsAtWork() };
}

/** Routes to another release than before. */
export function changedRoutes({ routes }: CutoverOfTarget, before: ReleaseSet, releases: ReleaseSet): Input['routes'] {
  return routes.filter(({ service }) => before[service] !== releases[service]);
}

/** What no edge stands in front of has no figures, and no check asks for it. */
export function edgedServices(routes: Input['routes']): string[] {
  return routes.filter(({ direct }) => direct !== true).map(({ service }) => service);
}

/** Folder below the ledger's `evidence/` for what this cutover leaves. */
export function evidenceFolder({ environment, candidate }: CutoverOfTarget, kind: string): string {
  return `${environment}/${candidateKey(candidate)}/${kind}-${new Date().toISOString().replace(/[:.]/g, '-')}`;
}
