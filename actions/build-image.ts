import { docker } from '../clients/docker/docker';
import { pushedDigest } from '../clients/docker/words';
import { RegistryClient } from '../clients/registry/client';
import { clientOptions } from '../clients/registry/place';
import { withRegistryLogin } from '../clients/registry/login';
import { belowProject } from '../base/paths';
import { dockerBuild } from '../pipelines/steps/builder';
import { repositoryOf } from '../releases/names';
import { ActionFailed } from '../base/errors';
import type { ActionInput, ActionOutput } from './contract';

type Input = ActionInput<'build-image'>;

const baseLabel = 'org.opencontainers.image.base.name';

/**
 * Builds a folder of this project, pushes it under its content's hash and answers with its digest. What the registry has
 * already is not built again: another build of the same content would have another digest, and be deployed for nothing.
 */
export default async function buildImage(input: Input): Promise<ActionOutput<'build-image'>> {
  // The folder is no repository of its own, so its content's hash stands where a commit would.
  const revision = input.contentHash.slice(0, 40);
  const digest = (await findBuilt(input, revision)) ?? (await build(input, revision));
  return { image: input.repository, digest, revision };
}

async function findBuilt(input: Input, revision: string): Promise<string | undefined> {
  const registry = new RegistryClient(clientOptions({ url: input.registryUrl, ca: input.registryCa }, input.login));
  const repository = repositoryOf(input.repository);
  const found = await registry.find(repository, revision);
  if (found === undefined) return undefined;
  return (await registry.labels(repository, found.digest))[baseLabel] === input.baseImage ? found.digest : undefined;
}

async function build(input: Input, revision: string): Promise<string> {
  const lines: string[] = [];
  const keep = (line: string) => lines.push(line);
  const tag = `${input.repository}:${revision}`;
  const built = await dockerBuild(
    {
      folder: belowProject(input.source),
      instance: input.instance,
      tag,
      labels: { 'org.opencontainers.image.revision': revision, [baseLabel]: input.baseImage },
      buildArguments: { BASE_IMAGE: input.baseImage },
    },
    keep,
  );
  // A builder's chatter helps nobody while all goes well.
  if (built.code !== 0) throw new ActionFailed([...lines, `${input.source} could not be built`].join('\n'));
  const pushed = await withRegistryLogin(input.repository, input.login, (env) => docker(['push', tag], { env }));
  const digest = pushedDigest(pushed.stdout);
  if (digest === undefined) throw new ActionFailed(`the engine did not say which digest ${tag} was pushed as`);
  return digest;
}
