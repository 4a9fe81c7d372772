import * as assert from 'node:assert/strict';
import fc from 'fast-check';
import { pushersIn, sameLogin, type Push } from '../../releases/pushers';

const main = 'refs/heads/main';
const feature = 'refs/heads/feature';
const push = (by: string, ref: string, ...commits: string[]): Push => ({ by, ref, commits });
const untold = (by: string, ref = feature): Push => ({ by, ref, commits: undefined });
const who = (pushes: readonly Push[], ...commits: string[]) => pushersIn(pushes, new Set(commits), main);

describe('who has pushed', () => {
  it('is whoever has pushed one of the commits to the delivered branch, however often', () => {
    const pushes = [
      push('eve', main, 'a'),
      push('ann', main, 'b', 'c'),
      push('bob', main, 'd'),
      push('ann', main, 'e'),
    ];
    assert.deepEqual(who(pushes, 'c', 'd', 'e'), { logins: ['ann', 'bob'], unknown: [] });
  });

  it('is also whoever has pushed it to a branch that a colleague merges, or as a tag', () => {
    for (const ref of [feature, 'refs/tags/1.4.2']) {
      assert.deepEqual(who([push('ann', ref, 'b'), push('bob', main, 'merge', 'b')], 'b', 'merge').logins, [
        'ann',
        'bob',
      ]);
    }
  });

  it('is not whoever begins a branch at a commit of a colleague', () => {
    const pushes = [push('ann', main, 'b'), push('bob', feature, 'own', 'b')];
    assert.deepEqual(who(pushes, 'b').logins, ['ann']);
    assert.deepEqual(who([...pushes, push('eve', main, 'own')], 'b', 'own').logins, ['ann', 'bob', 'eve']);
  });

  it('may be whoever has pushed something untold before all of it was known, and not afterwards', () => {
    assert.deepEqual(who([untold('ann'), push('bob', main, 'b')], 'b'), { logins: ['ann', 'bob'], unknown: [] });
    assert.deepEqual(who([push('bob', main, 'b'), untold('ann')], 'b').logins, ['bob']);
    assert.deepEqual(who([untold('ann', main)], 'b'), { logins: ['ann'], unknown: [] });
    const between = [push('bob', main, 'a'), untold('ann'), push('bob', main, 'b')];
    assert.deepEqual(who(between, 'a', 'b').logins, ['bob', 'ann']);
  });

  it('is nobody where there is nothing to push', () => {
    assert.deepEqual(who([untold('ann')]), { logins: [], unknown: [] });
  });

  it('is nobody whom the record knows for a commit that came with none of its pushes', () => {
    assert.deepEqual(who([push('bob', main, 'b')], 'a', 'b'), { logins: ['bob'], unknown: ['a'] });
  });

  it('for arbitrary records, includes the first who pushed each commit, and whoever pushed it to the delivered branch', () => {
    const commit = fc.constantFrom('a', 'b', 'c', 'd', 'e');
    const pushes = fc.array(
      fc.record({
        by: fc.constantFrom('ann', 'bob', 'eve'),
        ref: fc.constantFrom(main, feature),
        commits: fc.option(fc.array(commit), { nil: undefined }),
      }),
    );
    fc.assert(
      fc.property(pushes, fc.uniqueArray(commit), (record, wanted) => {
        const { logins } = who(record, ...wanted);
        for (const each of wanted) {
          const having = record.filter(({ commits }) => commits?.includes(each) === true);
          for (const { by } of [...having.slice(0, 1), ...having.filter(({ ref }) => ref === main)])
            assert.ok(logins.includes(by));
        }
      }),
    );
  });

  it('does not tell upper from lower case in logins', () => {
    assert.ok(sameLogin('Ann', 'ann'));
    assert.ok(!sameLogin('ann', 'anna'));
  });
});
