import { repositoryAt } from '../../clients/registry/address';
import { RegistryClient } from '../../clients/registry/client';
import { UserError } from '../../base/errors';
import { releaseVariable } from '../step-variables';
import { needed, pushSettings, stepTools, StepTools } from './settings';

/**
 * Step `channel`: moves channels to the release that this pipeline has built, whatever they hold. It is what a person asks for who
 * starts the job of an environment that nothing is promoted to: also one of an older pipeline, to go back to its release.
 * @param words the channels
 * @returns 0
 * @throws UserError without a release, for a wrong login, and for a registry that is away or has that release no longer
 */
export default async function channel(words: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const { endpoint, login, ca } = pushSettings(env);
  return runChannel(words, env, stepTools(env), new RegistryClient({ endpoint, ca, ...login }));
}

/** The step with its tools as arguments. */
export async function runChannel(
  words: readonly string[],
  env: NodeJS.ProcessEnv,
  { say }: Pick<StepTools, 'say'>,
  registry: Pick<RegistryClient, 'find' | 'putTag'>,
): Promise<number> {
  const { registry: address, service } = pushSettings(env);
  const digest = needed(env, releaseVariable);
  if (!/^sha256:[0-9a-f]{64}$/.test(digest)) {
    throw new UserError(`${releaseVariable} is no digest: "${digest}"`, 'let it come from the job "build"');
  }
  const repository = repositoryAt(address, service);
  for (const word of words) {
    const before = await registry.find(repository, word);
    if (before?.digest !== digest) await registry.putTag(repository, digest, word);
    say(`Channel ${word}: ${before?.digest === digest ? 'is there already' : digest}`);
  }
  return 0;
}
