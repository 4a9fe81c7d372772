import { containerAt } from '../clients/docker/docker';
import { edgeOf } from '../clients/edge/edge';
import { targetOf } from '../targets/target';
import type { ActionInput, ActionOutput } from './contract';
import { tellEdges } from './lib/tell-edges';

/**
 * Has an environment's edges serve as they are to: one that was made on an empty volume gets what it served last; another configuration takes
 * no connection along.
 */
export default async function configureEdges({
  places,
  ledger: access,
  ...input
}: ActionInput<'configure-edges'>): Promise<ActionOutput<'configure-edges'>> {
  const { on, ledger } = targetOf(input, access, places?.own);
  const edges = input.services.map(({ service, config }) => ({
    service,
    container: containerAt(edgeOf(input.edge, service), on),
    config,
  }));
  return { reloaded: await tellEdges({ ...input, ledger, on }, edges) };
}
