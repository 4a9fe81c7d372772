import type { Plain, PlainProperties } from './values';

/** What is wrong with one input; `property` is a path such as `ports[0].internal`, empty for the whole resource. */
export interface Failure {
  property: string;
  reason: string;
}

/** How one property's change is to be applied. */
export interface Difference {
  path: string;
  kind: 'add' | 'delete' | 'update';
  replaces: boolean;
}

/** What a change of inputs asks for. */
export interface UpdatePlan {
  differences: Difference[];
  deleteBeforeReplace: boolean;
}

/** What an operation may use besides its arguments. */
export interface Operation {
  urn: string;
  /** The resource's logical name. */
  name: string;
  /** A line for the person who watches; shown while the resource is being worked on, not kept. */
  status: (line: string) => void;
  /** Ends when the engine cancels the update. */
  signal: AbortSignal;
  /** Seconds the program allows by `customTimeouts`; 0 when it says nothing. */
  timeoutSeconds: number;
}

/** A resource that exists. */
export interface ExistingResource {
  id: string;
  state: PlainProperties;
}

/** The resource was made, but did not come to be as asked: it stays in state, and the update fails. */
export class HalfMade extends Error {
  constructor(
    readonly existing: ExistingResource,
    message: string,
  ) {
    super(message);
  }
}

/** One resource type. Values are without secrets' wrappers; the server carries secrecy from inputs to outputs. */
export interface ResourceKind {
  /** Completes inputs and says what is wrong with them. `seed` makes generated names repeatable within one update. */
  check(
    olds: PlainProperties,
    news: PlainProperties,
    operation: Pick<Operation, 'name'> & { seed: Uint8Array },
  ): { inputs: PlainProperties; failures: Failure[] };
  diff(change: Change): UpdatePlan;
  /** What will be known of a resource made from these inputs. */
  previewCreate(inputs: PlainProperties): PlainProperties;
  /** What will be known after an update. */
  previewUpdate(change: Change): PlainProperties;
  create(inputs: PlainProperties, operation: Operation): Promise<ExistingResource>;
  /** The resource as it is now, undefined when it is gone. `state` is empty for an import. */
  read(existing: ExistingResource, operation: Operation): Promise<ExistingResource | undefined>;
  /** The inputs that make the resource what it was read to be; `olds` is empty for an import. */
  inputsOf(olds: PlainProperties, state: PlainProperties): PlainProperties;
  update(id: string, change: Change, operation: Operation): Promise<PlainProperties>;
  delete(existing: ExistingResource, operation: Operation): Promise<void>;
  /** Outputs that are secret whatever the inputs are. */
  secretOutputs?: readonly string[];
}

/** State, the inputs it was made from, and the inputs wanted now. */
export interface Change {
  state: PlainProperties;
  oldInputs: PlainProperties;
  inputs: PlainProperties;
}

/** A function of a plugin (`getNetwork`, …). */
export interface PluginFunction {
  check(inputs: PlainProperties): Failure[];
  run(inputs: PlainProperties, operation: Pick<Operation, 'signal' | 'status'>): Promise<PlainProperties>;
}

/** A whole plugin. */
export interface Plugin {
  name: string;
  version: string;
  /** Checks a provider's configuration. */
  checkConfiguration(inputs: PlainProperties): Failure[];
  /** The configuration as it is kept in state. */
  completeConfiguration?(inputs: PlainProperties): PlainProperties;
  /** Members of the configuration that are secret even if the program forgot to say so. */
  secretConfiguration(inputs: PlainProperties): string[];
  /** Configuration whose change replaces every resource of the provider. */
  replacingConfiguration: readonly string[];
  configure(inputs: PlainProperties): void;
  resources: Record<string, ResourceKind>;
  functions: Record<string, PluginFunction>;
}

export type { Plain, PlainProperties };
