import { isEnvironment, type StackFile } from './stack';
import { kindOf } from '../targets/kinds';

/** What a platform's environments need of it, for where they run. */
export interface Needs {
  /** The image that checks run in, in the registry: environments are on other machines. */
  tools: boolean;
  /** The edge's image, in the registry: environments are on other machines' engines. */
  edge: boolean;
}

/** What the environments of a platform need for where they run. @param stack the platform's @param stacks all of the project */
export function neededElsewhere(stack: string, stacks: readonly StackFile[]): Needs {
  const kinds = stacks
    .filter(isEnvironment)
    .flatMap(({ config }) => (config.platform === stack ? [kindOf(config.target)] : []));
  return {
    tools: kinds.some(({ isPlatformEngine }) => !isPlatformEngine),
    edge: kinds.some(({ isPlatformEngine, declares }) => declares && !isPlatformEngine),
  };
}
