import assert from 'node:assert/strict';
import { ForeignTags } from '../../../clients/registry/foreign-tags';
import { candidate } from '../../releases/fixtures';

const release = candidate('a')['discounts']!;
const commit = 'c'.repeat(40);

describe('tags that no pipeline has given', () => {
  function registry(tags: Readonly<Record<string, string>>) {
    const asked: string[] = [];
    return {
      asked,
      tags: (repository: string) => Promise.resolve((asked.push(repository), Object.keys(tags))),
      find: (_: string, tag: string) =>
        Promise.resolve((asked.push(tag), { digest: tags[tag] ?? '', mediaType: '', size: 0 })),
    };
  }

  it('keep a release, whose deletion would take them along', async () => {
    const client = registry({ '1.4.2': release.digest });
    assert.equal(await new ForeignTags(client).has(release), true);
    assert.equal(await new ForeignTags(client).has({ ...release, digest: `sha256:${'b'.repeat(64)}` }), false);
  });

  it('are none of the commit, of the run, and of lists of artifacts', async () => {
    const { digest } = release;
    const client = registry({
      [commit]: digest,
      [`${commit}-nightly`]: digest,
      [`sha256-${'a'.repeat(64)}`]: digest,
      nightly: digest,
    });
    assert.equal(await new ForeignTags(client).has({ ...release, tag: 'nightly' }), false);
    assert.deepEqual(client.asked, ['discounts', 'nightly']);
  });

  it('are asked for once in each repository', async () => {
    const client = registry({ mine: 'sha256:other' });
    const tags = new ForeignTags(client);
    await tags.has(release);
    await tags.has(release);
    await tags.has({ ...release, image: 'localhost:5500/frontend' });
    assert.deepEqual(client.asked, ['discounts', 'mine', 'frontend', 'mine']);
  });
});
