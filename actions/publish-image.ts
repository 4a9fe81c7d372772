import { docker } from '../clients/docker/docker';
import { pushedDigest } from '../clients/docker/words';
import { RegistryClient } from '../clients/registry/client';
import { clientOptions } from '../clients/registry/place';
import { withRegistryLogin } from '../clients/registry/login';
import { repositoryOf } from '../releases/names';
import { ActionFailed } from '../base/errors';
import type { ActionInput, ActionOutput } from './contract';

type Input = ActionInput<'publish-image'>;

/**
 * Brings an image of this engine to a registry under a tag that stands for its content: what is there under it already is that.
 * @throws ActionFailed when the engine does not say which digest it has pushed
 */
export default async function publishImage(input: Input): Promise<ActionOutput<'publish-image'>> {
  const { image, repository, tag, registryUrl, registryCa, login } = input;
  const registry = new RegistryClient(clientOptions({ url: registryUrl, ca: registryCa }, login));
  const there = await registry.find(repositoryOf(repository), tag);
  return { image: repository, tag, digest: there?.digest ?? (await push(image, `${repository}:${tag}`, login)) };
}

async function push(image: string, name: string, login: Input['login']): Promise<string> {
  await docker(['tag', image, name]);
  try {
    const { stdout } = await withRegistryLogin(name, login.username === '' ? undefined : login, (env) =>
      docker(['push', name], { env, timeoutSeconds: 1800 }),
    );
    const digest = pushedDigest(stdout);
    if (digest !== undefined) return digest;
    throw new ActionFailed(`the engine did not say which digest ${name} was pushed as`);
  } finally {
    // The engine has the image under its own name; what stays in the registry is not ours to take away there.
    await docker(['image', 'rm', name], { allowFailure: true });
  }
}
