import assert from 'node:assert/strict';
import { retire } from '../../operations/retire';
import { candidate, cutover } from '../releases/fixtures';
import { access, storeHome } from '../targets/store-home';

/** More releases than an environment keeps. */
const many = ['a', 'b', 'c', 'd', 'e', 'f', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9'].map((letter) =>
  cutover(candidate(letter), 'staging'),
);

describe('the removal of older images', () => {
  const home = storeHome();
  const notes: string[] = [];
  const tidy = async (): Promise<string[]> => {
    notes.length = 0;
    await retire('platform', { what: './sluice up', note: (line) => void notes.push(line) });
    return notes;
  };
  beforeEach(async () => {
    home.publish('platform', { ledgers: access });
    await home.put('staging', ...many);
  });

  it('waits while nobody can tell what an environment has run before, and may go back to', async () => {
    home.publish('production', { deployed: { candidate: candidate('a') } });
    assert.deepEqual(await tidy(), [
      'older releases stay for now: what production has run before is not on record yet',
    ]);
  });

  it('waits for no environment that is on record, or has run nothing', async () => {
    home.publish('production', { deployed: null });
    assert.deepEqual(await tidy(), []);
    home.publish('production', { deployed: { candidate: candidate('a') } });
    await home.put('production', cutover(candidate('a')));
    assert.deepEqual(await tidy(), []);
  });
});
