import assert from 'node:assert/strict';
import { isPutBack } from '../../releases/adoption';
import { wantedSince } from '../../releases/again';
import { notNamed } from '../../releases/approval';
import type { Candidate, Release } from '../../releases/types';
import { again, approval, candidate, cutover, retiredOf, rollback, verdict, gate } from './fixtures';

const [a, b] = [candidate('a'), candidate('b')];
const environment = 'production';

describe('somebody’s word that a candidate is to be tried again', () => {
  const refused = verdict(a, gate('/'), 'refused');

  it('is one about it, there, since then', () => {
    const word = again(a);
    assert.equal(wantedSince([refused, word], environment, a, refused), word);
    assert.equal(wantedSince([word, refused], environment, a, refused), undefined);
    assert.equal(wantedSince([refused], environment, a, refused), undefined);
    assert.equal(wantedSince([word], environment, a, word), undefined);
    assert.equal(wantedSince([refused, again(b)], environment, a, refused), undefined);
    assert.equal(wantedSince([refused, word], 'pilot', a, refused), undefined);
  });

  it('is the only one that takes an environment back, with a rollback, since the last switch', () => {
    const ran = [cutover(a), cutover(b)];
    for (const other of [approval(a), refused, retiredOf(a)]) {
      assert.equal(isPutBack([...ran, other], environment, a, b), true);
    }
    assert.equal(isPutBack([...ran, rollback(a, b)], environment, a, b), false);
    assert.equal(isPutBack([cutover(a), rollback(a, b), cutover(b)], environment, a, b), true);
    // What has run before it was there tells nothing of it.
    const other: Candidate = { other: { ...(a['discounts'] as Release), service: 'other' } };
    assert.equal(isPutBack([cutover(other), cutover(b)], environment, a, b), false);
  });
});

describe('what a commit names', () => {
  const shop = (character: string): Candidate => ({
    shop: { ...(candidate(character)['discounts'] as Release), service: 'shop', revision: 'content' },
  });
  const [offered, running] = [
    { ...b, ...shop('e') },
    { ...a, ...shop('d') },
  ];
  const [commit, digest] = ['b'.repeat(12), `sha256:${'b'.repeat(12)}`];

  it('is what was built from it, with what the platform builds', () => {
    assert.equal(notNamed(commit, 'commit', offered, running, ['shop']), undefined);
    assert.match(
      notNamed(commit, 'commit', offered, running) ?? '',
      /names only a part of it: shop sha256:e{12} would/,
    );
    assert.match(notNamed(commit, 'commit', offered, running, ['other']) ?? '', /names only a part/);
  });

  it('is more than what a digest names', () => {
    assert.match(notNamed(digest, 'candidate', offered, running, ['shop']) ?? '', /names only a part of it: shop/);
  });
});
