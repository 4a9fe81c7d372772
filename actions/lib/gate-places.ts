import type { ComposePlace, LedgerPlace } from '../../engine/place';
import type { ComposeUpstream } from './compose-upstream';
import type { GateInput } from './test-candidate';

/** What a gate gets of compose projects on other machines, among its secrets: they hold logins. */
export interface GatePlaces {
  /** Where the ledger lies, when not in the platform's container. */
  ledger?: ComposePlace;
  upstream?: ComposeUpstream;
}

/** The name under which they are among the secrets, as JSON. */
export const placesKey = 'places';

/** A gate's input with everything where it is. */
export interface PlacedGate extends Omit<GateInput, 'ledger'> {
  ledger: LedgerPlace;
  upstreamLedger: LedgerPlace;
  /** The container of the platform's ledger, whose image checks run in on the platform's engine; empty where there is none. */
  container: string;
  /** Absent for an upstream on the platform's engine. */
  elsewhere?: ComposeUpstream;
}

/** Puts the places of a gate into its input. */
export function placed({ ledger: container, secrets = {}, ...input }: GateInput): PlacedGate {
  const { [placesKey]: text = '{}', ...others } = secrets;
  const { ledger, upstream } = JSON.parse(text) as GatePlaces;
  return {
    ...input,
    ledger: ledger ?? container,
    upstreamLedger: upstream ?? container,
    container,
    ...(upstream === undefined ? {} : { elsewhere: upstream }),
    ...(Object.keys(others).length === 0 ? {} : { secrets: others }),
  };
}
