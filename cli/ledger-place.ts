import type { LedgerPlace } from '../engine/place';
import { prefixOf, type EnvironmentFile, type StackFile } from '../stacks/files';
import { placeThere } from './machine-place';

/** Where an environment's ledger lies: in the platform's container, or on its own machine. */
export async function ledgerPlace(file: EnvironmentFile, stacks: readonly StackFile[]): Promise<LedgerPlace> {
  return (await placeThere(file, stacks)) ?? `${prefixOf(stacks, file)}-ledger`;
}
