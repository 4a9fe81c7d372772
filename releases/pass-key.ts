/** What a gate tests. */
export interface UpstreamState {
  /** The environment. */
  name: string;
}

/** Of a verdict, what it was won against. */
interface WonAgainst {
  upstream: string;
}

/**
 * Whether what was found of an environment holds of this state of it: a pass is no pass of another upstream.
 * @param state undefined: of whichever
 */
export function isOfState({ upstream }: WonAgainst, state: UpstreamState | undefined): boolean {
  return state === undefined || upstream === state.name;
}
