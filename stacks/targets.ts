import type { EnvironmentConfig } from '../config';

/** Whether an environment's containers, and with them its ledger, are on the platform's engine. */
export function usesEngine(_config: EnvironmentConfig): boolean {
  return true;
}
