import { repositoryOf } from '../../releases/names';
import type { Release } from '../../releases/types';
import type { RegistryClient } from './client';

/** Tags that pipelines give: a commit, alone or with the tag of its run, and lists of what refers to a manifest. */
const given = /^[0-9a-f]{40}(-.*)?$|^sha256-[0-9a-f]{64}$/;

/** Tags that no pipeline has given. With a manifest a registry deletes all of its tags, also those that people count on. */
export class ForeignTags {
  /** Digest by tag, for each repository that was asked for. */
  private readonly known = new Map<string, Promise<Map<string, string>>>();

  constructor(private readonly client: Pick<RegistryClient, 'tags' | 'find'>) {}

  /** Whether somebody has named this release by a tag of his own. */
  async has({ image, digest, tag: own }: Release): Promise<boolean> {
    const repository = repositoryOf(image);
    const tags = this.known.get(repository) ?? this.read(repository);
    this.known.set(repository, tags);
    return [...(await tags)].some(([tag, each]) => each === digest && tag !== own);
  }

  private async read(repository: string): Promise<Map<string, string>> {
    const found = new Map<string, string>();
    for (const tag of await this.client.tags(repository)) {
      if (given.test(tag)) continue;
      const resolved = await this.client.find(repository, tag);
      if (resolved !== undefined) found.set(tag, resolved.digest);
    }
    return found;
  }
}
