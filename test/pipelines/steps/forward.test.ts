import assert from 'node:assert/strict';
import fc from 'fast-check';
import { UserError } from '../../../base/errors';
import { ancestorsLabel, revisionLabel } from '../../../releases/names';
import { moveForward, type Move, type TagRegistry } from '../../../pipelines/steps/forward';

/** Commits of one branch, the oldest first, and the image of each: its digest is its commit. */
const commits = ['a', 'b', 'c'].map((letter) => letter.repeat(40));
const [first = '', second = '', third = ''] = commits;

/** A registry with one tag. Others move it when they are told to, at the point of a request. */
class Tag implements TagRegistry {
  readonly requests: string[] = [];
  constructor(
    public digest: string | undefined,
    private readonly meanwhile: (request: string, tag: Tag) => void = () => undefined,
  ) {}

  find(): ReturnType<TagRegistry['find']> {
    const { digest } = this;
    this.happens('find');
    return Promise.resolve(digest === undefined ? undefined : { digest, mediaType: '', size: 1 });
  }
  labels(_repository: string, digest: string): Promise<Record<string, string>> {
    this.happens('labels');
    const before = commits.slice(0, commits.indexOf(digest)).reverse();
    const told = { [revisionLabel]: digest, [ancestorsLabel]: before.map((id) => id.slice(0, 12)).join(' ') };
    return Promise.resolve<Record<string, string>>(commits.includes(digest) ? told : {});
  }
  putTag(_repository: string, digest: string): Promise<void> {
    this.digest = digest;
    this.happens('put');
    return Promise.resolve();
  }
  private happens(request: string): void {
    this.requests.push(request);
    this.meanwhile(request, this);
  }
}

const move = (tag: Tag, commit: string): Promise<Move> =>
  moveForward(tag, 'discounts', 'staging', { digest: commit, commit });

describe('move of a tag', () => {
  it('goes forward, from nothing and from what tells no commit too', async () => {
    for (const from of [undefined, 'stranger', first]) {
      const tag = new Tag(from);
      assert.deepEqual(await move(tag, second), { is: 'moved', from });
      assert.equal(tag.digest, second);
    }
  });

  it('OlderBuildEndsLast: does not go back', async () => {
    const tag = new Tag(third);
    assert.deepEqual(await move(tag, second), { is: 'superseded', by: third });
    assert.equal(tag.digest, third);
    assert.ok(!tag.requests.includes('put'));
  });

  it('done twice, moves nothing the second time', async () => {
    const tag = new Tag(second);
    assert.deepEqual(await move(tag, second), { is: 'there' });
    assert.deepEqual(tag.requests, ['find']);
  });

  it('stays with a later commit that came while this one was looking', async () => {
    for (const point of ['find', 'labels']) {
      let done = false;
      const tag = new Tag(first, (request, own) => {
        if (request !== point || done) return;
        done = true;
        own.digest = third;
      });
      assert.deepEqual(await move(tag, second), { is: 'superseded', by: third }, point);
      assert.equal(tag.digest, third);
      assert.ok(!tag.requests.includes('put'), point);
    }
  });

  it('puts right what an older one has written over it', async () => {
    let done = false;
    const tag = new Tag(undefined, (request, own) => {
      if (request !== 'put' || done) return;
      done = true;
      own.digest = first;
    });
    assert.deepEqual(await move(tag, second), { is: 'moved', from: first });
    assert.equal(tag.digest, second);
  });

  it('of all commits, in whatever order their builds end, ends at the last commit', async () => {
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray(commits, { minLength: commits.length }), async (order) => {
        const tag = new Tag(undefined);
        for (const commit of order) await move(tag, commit);
        assert.equal(tag.digest, third);
      }),
    );
  });

  it('gives up where somebody else never stops', async () => {
    const tag = new Tag(undefined, (request, own) => {
      if (request === 'put') own.digest = 'stranger';
    });
    await assert.rejects(
      move(tag, second),
      new UserError(
        'the tag staging of discounts was moved 10 times by others while this build was to move it',
        'find out who else pushes to it, then restart the build',
      ),
    );
  });
});
