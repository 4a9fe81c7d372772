import { targetOf, type Target } from '../../targets/target';
import { ledgerOf, type LedgerPlace } from '../../targets/place';
import type { ActionInput } from '../contract';

/** What a gate is asked, with its ledger and with what it tests, wherever that is. */
export interface GateOfTarget extends Omit<ActionInput<'gate'>, 'ledger' | 'machine' | 'places'> {
  ledger: LedgerPlace;
  /** The environment that is tested. */
  target: Target;
}

/** Finds the ledger of a gate, and what it tests. */
export function withTarget({ ledger: access, machine, places, ...input }: ActionInput<'gate'>): GateOfTarget {
  const { instance, upstream: environment, upstreamNetwork: network } = input;
  const edge = `${instance}-${environment}-edge`;
  return {
    ...input,
    ledger: ledgerOf(access, input.environment, machine),
    target: targetOf({ instance, environment, edge, network }, access, places?.upstream),
  };
}
