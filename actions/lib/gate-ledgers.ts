import type { LedgerPlace } from '../../targets/place';
import type { Upstream } from '../../targets/upstream';
import type { ActionInput } from '../contract';

/** What a gate is asked, with the ledgers that it reads and writes. */
export interface GateWithLedgers extends Omit<ActionInput<'gate'>, 'ledger' | 'places'> {
  ledger: LedgerPlace;
  upstreamLedger: LedgerPlace;
  /** The container of the platform's ledger, whose image checks run in on the platform's engine; empty where there is none. */
  container: string;
  /** Absent for an upstream on the platform's engine. */
  elsewhere?: Upstream;
}

/** Finds the ledgers of a gate: each environment of another machine has its own there, all others share the platform's. */
export function withLedgers({ ledger: container, places, ...input }: ActionInput<'gate'>): GateWithLedgers {
  const { ledger, upstream } = places ?? {};
  return {
    ...input,
    ledger: ledger ?? container,
    upstreamLedger: upstream ?? container,
    container,
    ...(upstream === undefined ? {} : { elsewhere: upstream }),
  };
}
