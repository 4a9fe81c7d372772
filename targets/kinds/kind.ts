import type { z } from 'zod';
import type { Home } from '../home';
import type { LoginKey } from '../login';
import type { Running } from '../running';

export type { LoginKey } from '../login';

/** What decides where an environment is. */
export interface HomeQuestion {
  /** The platform's prefix. */
  instance: string;
  /** The environment's name. */
  environment: string;
  /** Logins by config key; empty: none. */
  logins: Readonly<Record<LoginKey, string>>;
}

/**
 * What others know of a kind of target: everything that differs between kinds is asked here, nobody asks for the kind itself. A
 * further kind is a file beside this one and its line in index.ts, a way to declare environments there (stacks/ways/) and, if it
 * serves in a way of its own, one to look at them (targets/target.ts).
 */
export interface TargetKind<Settings extends z.ZodObject = z.ZodObject> {
  /** `sluice:target`, with the kind's word as `kind`. */
  settings: Settings;
  /** Logins of which one is needed; none: it is reached without. */
  logins: readonly LoginKey[];
  /** Why other logins let nobody in. */
  noOtherLogin?: string;
  /**
   * Sluice declares what runs there: network, edge and containers. Otherwise a project that people have written says there how services
   * run, and Sluice puts images into it.
   */
  declares: boolean;
  /**
   * A new release takes the place of the former one, which is gone until the new one is healthy or the former is back. Otherwise the new
   * one starts beside it.
   */
  inPlace: boolean;
  /** It is the platform's own engine: its images are there already, and it reaches a registry that answers on its machine alone. */
  isPlatformEngine: boolean;
  /** The environment is declared on an engine through `ssh`, which Docker's clients start. */
  needsSshProgram: boolean;
  /** The address that ports are bound to when neither environment nor platform says one for it; absent: the platform's. */
  bind?: string;
  /** The machine by the way to it; absent of the platform's own: several may share a host name, each behind a port of its own. */
  machine?(settings: z.infer<Settings>): string;
  /** Where an environment is. */
  home(settings: z.infer<Settings>, question: HomeQuestion): Home;
  /** What of an environment runs now. */
  running(home: Home, instance: string, environment: string): Promise<Running>;
}
