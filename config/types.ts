import type { z } from 'zod';
import type { Gate } from '../releases/types';
import type { EnvironmentWatch } from '../releases/watch';
import type { environment, platform } from './schema';

/** Config of the platform stack. */
export type PlatformConfig = z.infer<typeof platform>;
/** Config of an environment's stack; checks as their programs want them, scenarios read in. */
export type EnvironmentConfig = Omit<
  z.infer<typeof environment>,
  'gate' | 'watch' | 'approval' | 'approvalExpiresHours' | 'approvers' | 'fourEyes'
> & {
  gate: Gate;
  watch: EnvironmentWatch;
};
