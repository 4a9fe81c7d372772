import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { folderPart, keyOf, planOf, type Part } from '../../toolchain/part';

function part(name: string, needs: Part[] = []): Part {
  return folderPart({ name, title: name, seconds: 1, recipe: name, needs, fill: () => Promise.resolve() });
}

describe('planOf', () => {
  const compiler = part('compiler');
  const program = part('program', [compiler]);
  const base = part('base');
  const image = part('image', [base, program]);

  it('makes each part after what it needs, once', () => {
    const other = part('other', [base, compiler]);
    assert.deepEqual(
      planOf([image, other], () => false),
      [base, compiler, program, image, other],
    );
  });

  it('does not look behind a part that is there: no compiler for a finished image', () => {
    assert.deepEqual(
      planOf([image], (each) => each === image),
      [],
    );
    assert.deepEqual(
      planOf([image], (each) => each === program),
      [base, image],
    );
  });

  it('keeps the order for any set of parts that are there', () => {
    const all = [compiler, program, base, image];
    fc.assert(
      fc.property(fc.subarray(all), (there) => {
        const plan = planOf([image], (each) => there.includes(each));
        for (const [i, each] of plan.entries()) {
          assert.equal(there.includes(each), false);
          for (const need of each.needs) assert.ok(there.includes(need) || plan.slice(0, i).includes(need));
        }
      }),
    );
  });
});

describe('keys of parts', () => {
  it('change with the recipe and with everything below', () => {
    const [one, two] = [part('a'), part('b')];
    assert.equal(keyOf('recipe', [one]), keyOf('recipe', [one]));
    assert.notEqual(keyOf('recipe', [one]), keyOf('other recipe', [one]));
    assert.notEqual(keyOf('recipe', [one]), keyOf('recipe', [two]));
  });
});
