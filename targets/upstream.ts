import type { MachinePlace } from './place';

/** An environment on another machine, as a gate behind it needs it, and its own watch. */
export interface Upstream extends MachinePlace {
  /** The port that each of its services listens on, inside its network. */
  ports: Record<string, number>;
  /** The image that checks run in, as that machine pulls it: by digest. Empty when the platform has published none. */
  tools: string;
  registry: { host: string; username: string; password: string };
  /** Of one that Sluice has declared on that machine's engine; absent of a compose project. */
  engine?: EdgedEnvironment;
}

/** An environment with edges, as it is named in its engine. */
export interface EdgedEnvironment {
  instance: string;
  environment: string;
  /** What the names of its edges begin with. */
  edge: string;
  /** The Docker network that all of it is in. */
  network: string;
}
