import { targetOf, type Target } from '../../targets/target';
import type { LedgerPlace } from '../../targets/place';
import type { ActionInput } from '../contract';

/** What a gate is asked, with its ledger and with what it tests, wherever that is. */
export interface GateOfTarget extends Omit<ActionInput<'gate'>, 'ledger' | 'places'> {
  ledger: LedgerPlace;
  /** The environment that is tested. */
  target: Target;
}

/** Finds the ledger of a gate and what it tests: environments of other machines are there with their ledgers, all others share the platform's. */
export function withTarget({ ledger: container, places, ...input }: ActionInput<'gate'>): GateOfTarget {
  const { instance, upstream: environment, upstreamNetwork: network } = input;
  const edge = `${instance}-${environment}-edge`;
  return {
    ...input,
    ledger: places?.ledger ?? container,
    target: targetOf({ instance, environment, edge, network, ledger: container }, places?.upstream),
  };
}
