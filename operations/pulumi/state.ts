import type { Deployment } from '@pulumi/pulumi/automation';

/** A resource as a stack's state has it, as far as it is used here. */
export interface StateResource {
  type?: string;
  urn?: string;
  /** Of a provider's resource what the provider calls it: a container's id. */
  id?: string;
  /** Pulumi refuses to delete it. */
  protect?: boolean;
  inputs?: Readonly<Record<string, unknown>>;
  /** Of a stack what it publishes; a secret is encrypted, or an object with the JSON text of it as `plaintext`. */
  outputs?: Readonly<Record<string, unknown>>;
}

interface State {
  resources?: StateResource[];
  pending_operations?: unknown[];
}

/** What a state knows; nothing of a stack that has never been updated. */
export function resourcesOf(deployment: Deployment): StateResource[] {
  return (deployment.deployment as State).resources ?? [];
}

/** Whether there is something that Pulumi refuses to delete. */
export function hasProtected(deployment: Deployment): boolean {
  return resourcesOf(deployment).some(({ protect }) => protect === true);
}

/** Whether an operation began and nobody knows how it ended. */
export function hasPending(deployment: Deployment): boolean {
  return ((deployment.deployment as State).pending_operations ?? []).length > 0;
}
