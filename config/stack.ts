import type { EnvironmentConfig, PlatformConfig } from './types';
import type { Variable } from './variables';

/** A stack that a Pulumi.<name>.yaml describes, its config checked. */
export interface StackFile {
  name: string;
  config: PlatformConfig | EnvironmentConfig;
  /** Variables that its config names and that are not set here: something stands in for their values. */
  unset: readonly Variable[];
  /** All variables that its config names. */
  variables: readonly Variable[];
}

/** The environment that a stack promotes from. */
export function upstreamOf({ config }: StackFile): string | undefined {
  return config.role === 'environment' && config.promotesFrom !== '' ? config.promotesFrom : undefined;
}

/** A stack that is an environment. */
export type EnvironmentFile = StackFile & { config: EnvironmentConfig };

/** Whether a stack is an environment. */
export function isEnvironment(stack: StackFile): stack is EnvironmentFile {
  return stack.config.role === 'environment';
}
