import { inspectContainer } from '../clients/docker/docker';
import { importLedger } from '../targets/import-ledger';
import { ledgerOf } from '../targets/place';
import type { ActionInput, ActionOutput } from './contract';

/** Takes over what a version before this one has kept in a container of the platform; nothing where there is none. */
export default async function importFormerLedger({
  container,
  ledger,
}: ActionInput<'import-ledger'>): Promise<ActionOutput<'import-ledger'>> {
  if ((await inspectContainer(container)) === undefined) return { environments: [] };
  const environments = await importLedger(container, (environment) => ledgerOf(ledger, environment, undefined));
  return { environments };
}
