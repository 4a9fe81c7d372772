import type { OnEngine } from '../clients/docker/docker';
import type { LedgerPlace, MachinePlace } from './place';
import type { GateInput } from '../actions/lib/test-candidate';
import type { Upstream } from './upstream';

/** What an action gets of environments on other machines, among its secrets: they hold logins. */
export interface Places {
  /** Where a gate's ledger lies, when not in the platform's container. */
  ledger?: MachinePlace;
  /** The environment that a gate tests. */
  upstream?: Upstream;
  /** The environment that the action is about, whose ledger lies there, too. */
  own?: Upstream;
}

/** The name under which they are among the secrets, as JSON. */
export const placesKey = 'places';

/** Secrets with these places among them; undefined where there are neither. */
export function withPlaces(
  places: Places,
  secrets?: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> | undefined {
  return Object.keys(places).length === 0 ? secrets : { ...secrets, [placesKey]: JSON.stringify(places) };
}

/** The places among an action's secrets, and the others; without `secrets` where there is no other. */
export function placesIn({ [placesKey]: text = '{}', ...secrets }: Readonly<Record<string, string>> = {}): {
  places: Places;
  rest: { secrets?: Readonly<Record<string, string>> };
} {
  return { places: JSON.parse(text) as Places, rest: Object.keys(secrets).length === 0 ? {} : { secrets } };
}

/** The engine of the environment that an action is about. */
export function ownEngine(secrets: Readonly<Record<string, string>> | undefined): OnEngine {
  const { own } = placesIn(secrets).places;
  return own === undefined ? {} : { host: own.ssh };
}

/** A gate's input with everything where it is. */
export interface PlacedGate extends Omit<GateInput, 'ledger'> {
  ledger: LedgerPlace;
  upstreamLedger: LedgerPlace;
  /** The container of the platform's ledger, whose image checks run in on the platform's engine; empty where there is none. */
  container: string;
  /** Absent for an upstream on the platform's engine. */
  elsewhere?: Upstream;
}

/** Puts the places of a gate into its input. */
export function placed({ ledger: container, secrets, ...input }: GateInput): PlacedGate {
  const { places, rest } = placesIn(secrets);
  const { ledger, upstream } = places;
  return {
    ...input,
    ledger: ledger ?? container,
    upstreamLedger: upstream ?? container,
    container,
    ...(upstream === undefined ? {} : { elsewhere: upstream }),
    ...rest,
  };
}
