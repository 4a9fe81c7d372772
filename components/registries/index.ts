import type * as pulumi from '@pulumi/pulumi';
import { EmbeddedRegistry } from './embedded';
import { ExternalRegistry } from './external';
import type { Registry, RegistryArgs } from './registry';

export type { Registry, RegistryLogins } from './registry';

/** A kind of registry: a component that fulfils {@link Registry}. */
type RegistryKind = new (name: string, args: RegistryArgs, opts?: pulumi.ComponentResourceOptions) => Registry;

/** Every kind by the name that configuration uses. */
export const registries: Record<'embedded' | 'external', RegistryKind> = {
  embedded: EmbeddedRegistry,
  external: ExternalRegistry,
};
