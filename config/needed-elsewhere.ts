import { isEnvironment, type StackFile } from './stack';
import { usesEngine, usesOtherEngine } from './targets';

/** What a platform's environments need of it, for where they run. */
export interface Needs {
  /** The ledger on the platform's engine: environments are there. */
  ledgerHere: boolean;
  /** The image that checks run in, in the registry: environments are on other machines. */
  tools: boolean;
  /** The edge's image, in the registry: environments are on other machines' engines. */
  edge: boolean;
}

/** What the environments of a platform need for where they run. @param stack the platform's @param stacks all of the project */
export function neededElsewhere(stack: string, stacks: readonly StackFile[]): Needs {
  const configs = stacks.filter(isEnvironment).flatMap(({ config }) => (config.platform === stack ? [config] : []));
  return {
    ledgerHere: configs.some(usesEngine),
    tools: configs.some((config) => !usesEngine(config)),
    edge: configs.some(usesOtherEngine),
  };
}
