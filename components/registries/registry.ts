import type * as pulumi from '@pulumi/pulumi';
import type { Login } from '../../actions/lib/http';

/** What the other components need of a registry, whatever its kind. */
export interface Registry {
  /** First part of image names: `localhost:5500`. */
  readonly address: string;
  /** As people and the engine reach it. */
  readonly url: string;
  /** As containers of the platform's network reach it: `http://sluice-registry:5000`. */
  readonly internalUrl: string;
  /** The account that may push; secret. */
  readonly login: pulumi.Output<Login>;
  /** Known when the registry can be pushed to; another value means that it was started anew. */
  readonly ready: pulumi.Output<string>;
}
