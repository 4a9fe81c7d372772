import { UserError } from '../base/errors';
import type { Call } from './call';
import { didYouMean } from '../base/spelling';

type Step = (words: readonly string[], environment: NodeJS.ProcessEnv) => Promise<number>;

const steps: Readonly<Record<string, () => Promise<{ default: Step }>>> = {
  clone: () => import('../pipelines/steps/clone'),
  test: () => import('../pipelines/steps/test'),
  build: () => import('../pipelines/steps/build'),
  push: () => import('../pipelines/steps/push'),
  channel: () => import('../pipelines/steps/channel'),
};

/** Runs one step of a pipeline, in the pipeline's image. */
export async function run(call: Call): Promise<number> {
  const [name = '', ...words] = call.words;
  const load = steps[name];
  if (load === undefined) {
    const known = Object.keys(steps);
    throw new UserError(`there is no step "${name}"${didYouMean(name, known)}`, `one of: ${known.join(', ')}`);
  }
  const step = await load();
  return step.default(words, process.env);
}
