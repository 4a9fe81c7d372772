import { sluice } from '../base/command';
import { UserError } from '../base/errors';
import type { PlatformConfig } from '../config';
import { externalServerOf, type ExternalServer } from '../pipelines/kinds';
import { didYouMean } from '../base/spelling';
import type { StackFile } from '../config/stack';
import { readStacks } from '../config/stacks';
import { externalPipeline } from '../stacks/external-pipeline';
import { foundImages } from '../stacks/images';
import type { PlatformOutputs } from '../stacks/platform-outputs';
import type { Call } from './call';
import { platformAt } from '../operations/platform';
import { prepare } from '../operations/prepare';

/** Prints the file by which a CI server that is elsewhere runs a repository's pipelines: nothing else on standard output. */
export async function run(call: Call): Promise<number> {
  const stacks = readStacks();
  const [repository = ''] = call.words;
  const platform = ownerOf(repository, stacks);
  await prepare(call);
  const outputs = await platformAt(platform.name);
  const deployImage = deployImageOf(platform.name, outputs);
  if (outputs === undefined) return 1;
  const now = platform.config.images['tools'] ?? foundImages()['tools'];
  if (now !== undefined && !now.endsWith(deployImage.tag) && now.includes('-')) {
    call.note(
      `the program is another than in ${deployImage.image}:${deployImage.tag}; to publish it: ${sluice('up')} ${platform.name}`,
    );
  }
  const way = externalPipeline(repository, platform, stacks, { registry: outputs.registry, deployImage });
  call.note(`the file belongs at ${platform.external.file} of the repository ${repository}`);
  call.say((await platform.external.print(way)).trimEnd());
  return 0;
}

/** The image that the platform's last update has published. @throws UserError when there was none */
export function deployImageOf(
  platform: string,
  outputs: Pick<PlatformOutputs, 'deployImage'> | undefined,
): NonNullable<PlatformOutputs['deployImage']> {
  const image = outputs?.deployImage;
  if (image !== undefined && image !== null) return image;
  throw new UserError(
    `${platform} has published no deploy image yet, in which the jobs of a pipeline run`,
    `${sluice('up')} ${platform}`,
  );
}

/** The platform with a CI elsewhere that a repository belongs to. @throws UserError for one that no file is needed for */
export function ownerOf(
  repository: string,
  stacks: readonly StackFile[],
): StackFile & { config: PlatformConfig; external: ExternalServer } {
  const platforms = stacks.flatMap((stack) =>
    stack.config.role === 'platform' ? [{ ...stack, config: stack.config }] : [],
  );
  const owner = platforms.find(({ config }) => Object.hasOwn(config.repositories, repository));
  if (owner === undefined) {
    const names = platforms.flatMap(({ config }) => Object.keys(config.repositories));
    throw new UserError(
      `there is no repository "${repository}" here${didYouMean(repository, names)}`,
      `one of: ${names.join(', ')}`,
    );
  }
  const external = externalServerOf(owner.config.ci);
  if (external) return { ...owner, external };
  throw new UserError(
    `the pipelines of ${repository} come from the platform itself, which tells Drone: no file is needed`,
    'npm run up, after which every push is built; for GitLab or GitHub write "sluice:ci: gitlab" (docs/gitlab.md) or "sluice:ci: github" (docs/github.md)',
  );
}
