import type * as pulumi from '@pulumi/pulumi';
import type { Login } from '../../clients/http';
import type { RegistryRole } from '../../clients/edge/registry-front';

/** A registry's accounts: environments pull, builds push, the clean-up deletes. */
export type RegistryLogins = Record<RegistryRole, Login>;

/** What the other components need of a registry, whatever its kind. */
export interface Registry {
  /** What image names begin with: `localhost:5500`, `harbor.example.com/shop`. */
  readonly address: string;
  /** As people and the engine reach it. */
  readonly url: string;
  /** PEM of a private authority that its certificate is signed by; undefined where none is needed. */
  readonly ca?: string;
  /** As the steps of a pipeline reach it. */
  readonly stepsUrl: string;
  /** Container and port that the steps' gateway passes requests on to; undefined when steps go there by themselves. */
  readonly behindGateway?: string;
  /** Ids of its containers in the platform's engine. */
  readonly containerIds: pulumi.Output<string>[];
  /** The accounts by role; secret. */
  readonly logins: pulumi.Output<RegistryLogins>;
  /** Known when the registry can be pushed to; another value means that it was started anew. */
  readonly ready: pulumi.Output<string>;
}

/** Arguments of every kind of registry. */
export interface RegistryArgs {
  instance: string;
  /** The platform's Docker network. */
  network: pulumi.Input<string>;
  images: {
    /** A distribution registry whose user can write to /var/lib/registry. */
    registry: pulumi.Input<string>;
    /** HAProxy: the official layout, with a shell and busybox' nc. */
    edge: pulumi.Input<string>;
  };
  /** Of an embedded one, the machine's address that its port is bound to. */
  bind: string;
  /** Of an embedded one, the port of the machine. Not 5000, which macOS holds. */
  port: number;
  /**
   * What image names begin with. Of an embedded one the machine's name in them (engines speak plain HTTP to localhost
   * only), of an external one `host[:port]`.
   * @default 'localhost'
   */
  host?: string;
  /** Of an external one, what stands between host and repository: Harbor's project, Docker Hub's user. @default '' */
  namespace?: string;
  /** Of an external one, a repository below the namespace that will be pushed to: it is tried. @default none is */
  repository?: string;
  /** Of an external one, the account that pulls, pushes and deletes. */
  login?: pulumi.Input<Login>;
  /** Of an external one, PEM of a private authority that its certificate is signed by. */
  ca?: string;
  /** Of an external one, its API as steps reach it. @default as people reach it */
  stepsUrl?: string;
  /** Of an embedded one, MiB. @default 256 */
  memory?: number;
}
