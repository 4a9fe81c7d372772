import * as provider from '@pulumi/pulumi/proto/provider_pb';
import type { Difference, UpdatePlan } from './plugin';

/** A plan in the engine's terms. */
export function diffResponse({ differences, deleteBeforeReplace }: UpdatePlan): provider.DiffResponse {
  const response = new provider.DiffResponse();
  const { DIFF_SOME, DIFF_NONE } = provider.DiffResponse.DiffChanges;
  response.setChanges(differences.length === 0 ? DIFF_NONE : DIFF_SOME);
  response.setHasdetaileddiff(true);
  for (const difference of differences) {
    const detail = new provider.PropertyDiff();
    detail.setKind(kindOf(difference));
    response.getDetaileddiffMap().set(difference.path, detail);
  }
  const replacing = differences.filter(({ replaces }) => replaces);
  response.setDiffsList(topLevel(differences));
  response.setReplacesList(topLevel(replacing));
  response.setDeletebeforereplace(replacing.length > 0 && deleteBeforeReplace);
  return response;
}

function topLevel(differences: readonly Difference[]): string[] {
  return [...new Set(differences.map(({ path }) => /^[^.[]*/.exec(path)?.[0] ?? path))];
}

function kindOf({ kind, replaces }: Difference): provider.PropertyDiff.Kind {
  const { ADD, ADD_REPLACE, DELETE, DELETE_REPLACE, UPDATE, UPDATE_REPLACE } = provider.PropertyDiff.Kind;
  const kinds = {
    add: [ADD, ADD_REPLACE],
    delete: [DELETE, DELETE_REPLACE],
    update: [UPDATE, UPDATE_REPLACE],
  } as const;
  return kinds[kind][replaces ? 1 : 0];
}
