import { canonicalJson } from './names';

/** Digest by service. */
export type Digests = Readonly<Record<string, string>>;

/** What a gate tests. */
export interface UpstreamState {
  /** The environment. */
  name: string;
  /** Of everything that it serves, also of what is part of no candidate; undefined: of whatever. */
  digests?: Digests | undefined;
}

/** Of a verdict, what it was won against. */
interface WonAgainst {
  upstream: string;
  /** Older versions did not write it down. */
  digests?: Digests | undefined;
  verdict?: string;
}

/**
 * Whether what was found of an environment holds of this state of it: a pass is no pass of another upstream, nor of other images beside the
 * candidate. A refusal by an older version stands all the same; a pass by one has to be won again.
 * @param state undefined: of whichever
 */
export function isOfState({ upstream, digests, verdict }: WonAgainst, state: UpstreamState | undefined): boolean {
  if (state === undefined) return true;
  if (upstream !== state.name) return false;
  if (state.digests === undefined) return true;
  return digests === undefined ? verdict === 'refused' : canonicalJson(digests) === canonicalJson(state.digests);
}
