import * as assert from 'node:assert/strict';
import * as bcrypt from 'bcryptjs';
import * as fc from 'fast-check';
import { idOutputs, randomBytes, randomId } from '../../../toolchain/plugins/random/bytes';
import { randomText, type Recipe } from '../../../toolchain/plugins/random/characters';
import { randomPassword, randomString } from '../../../toolchain/plugins/random/text';
import type { Operation } from '../../../toolchain/plugins/serving/plugin';
import type { PlainProperties } from '../../../toolchain/plugins/serving/values';

const operation: Operation = {
  urn: 'urn:it',
  name: 'it',
  status: () => undefined,
  signal: new AbortController().signal,
  timeoutSeconds: 0,
};
const checked = (inputs: PlainProperties): ReturnType<typeof randomPassword.check> =>
  randomPassword.check({}, inputs, { name: 'it', seed: new Uint8Array() });

const classes = {
  upper: /[A-Z]/g,
  lower: /[a-z]/g,
  numeric: /[0-9]/g,
  special: /[!@#$%&*()\-_=+[\]{}<>:?]/g,
};

const recipes = fc
  .record({
    length: fc.integer({ min: 16, max: 64 }),
    upper: fc.boolean(),
    lower: fc.boolean(),
    numeric: fc.boolean(),
    special: fc.boolean(),
    minUpper: fc.integer({ min: 0, max: 4 }),
    minLower: fc.integer({ min: 0, max: 4 }),
    minNumeric: fc.integer({ min: 0, max: 4 }),
    minSpecial: fc.integer({ min: 0, max: 4 }),
    overrideSpecial: fc.constant(''),
  })
  .filter(({ upper, lower, numeric, special }) => upper || lower || numeric || special);

const minimum = (recipe: Recipe, name: keyof typeof classes): number =>
  ({ upper: recipe.minUpper, lower: recipe.minLower, numeric: recipe.minNumeric, special: recipe.minSpecial })[name];

describe('plugins: random texts', () => {
  it('have the length, the minimums, and no character of a class that is not asked for', () => {
    fc.assert(
      fc.property(recipes, (recipe) => {
        const text = randomText(recipe);
        assert.equal(text.length, recipe.length);
        let counted = 0;
        for (const name of Object.keys(classes) as (keyof typeof classes)[]) {
          const count = text.match(classes[name])?.length ?? 0;
          counted += count;
          assert.ok(count >= minimum(recipe, name));
          if (!recipe[name]) assert.equal(count, minimum(recipe, name));
        }
        assert.equal(counted, recipe.length);
      }),
    );
  });

  it('take special characters from overrideSpecial', () => {
    const only = { upper: false, lower: false, numeric: false, special: true, overrideSpecial: '.~' };
    const none = { minUpper: 0, minLower: 0, minNumeric: 0, minSpecial: 0 };
    assert.match(randomText({ length: 50, ...only, ...none }), /^[.~]{50}$/);
  });

  it('use every character of the official alphabet', () => {
    const all = { upper: true, lower: true, numeric: true, special: true, overrideSpecial: '' };
    const none = { minUpper: 0, minLower: 0, minNumeric: 0, minSpecial: 0 };
    const seen = new Set(randomText({ length: 20_000, ...all, ...none }));
    assert.equal(seen.size, 26 + 26 + 10 + 21);
  });
});

describe('plugins: RandomPassword', () => {
  it('completes inputs with the official defaults', () => {
    assert.deepEqual(checked({ length: 8 }), {
      inputs: {
        length: 8,
        lower: true,
        upper: true,
        special: true,
        number: true,
        numeric: true,
        minLower: 0,
        minNumeric: 0,
        minSpecial: 0,
        minUpper: 0,
      },
      failures: [],
    });
  });

  it('takes number for numeric and the other way round', () => {
    assert.deepEqual([checked({ length: 8, number: false }).inputs['numeric']], [false]);
    assert.deepEqual([checked({ length: 8, numeric: false }).inputs['number']], [false]);
  });

  for (const [title, inputs, property] of [
    ['no length', {}, 'length'],
    ['a length below 1', { length: 0 }, 'length'],
    ['minimums above the length', { length: 3, minUpper: 2, minLower: 2 }, 'length'],
    ['no class', { length: 3, lower: false, upper: false, numeric: false, special: false }, 'special'],
    ['an unknown property', { length: 3, colour: 'red' }, 'colour'],
  ] as [string, PlainProperties, string][]) {
    it(`refuses ${title}`, () => {
      assert.ok(checked(inputs).failures.some((failure) => failure.property === property));
    });
  }

  it('makes a password and its bcrypt hash, both secret; the id says nothing', async () => {
    const { id, state } = await randomPassword.create(checked({ length: 12 }).inputs, operation);
    assert.equal(id, 'none');
    assert.equal((state['result'] as string).length, 12);
    assert.equal(await bcrypt.compare(state['result'] as string, state['bcryptHash'] as string), true);
    assert.deepEqual(randomPassword.secretOutputs, ['result', 'bcryptHash']);
  });

  it('imports a password that is given as the id', async () => {
    const imported = await randomPassword.read({ id: 'hunter2', state: {} }, operation);
    assert.deepEqual([imported?.id, imported?.state['result'], imported?.state['length']], ['none', 'hunter2', 7]);
  });

  it('keeps its password when it is looked at again', async () => {
    const existing = { id: 'none', state: { result: 'x', bcryptHash: 'y' } };
    assert.deepEqual(await randomPassword.read(existing, operation), existing);
  });
});

describe('plugins: RandomString, RandomId, RandomBytes', () => {
  it('a string is its own id', async () => {
    const { id, state } = await randomString.create(checked({ length: 9 }).inputs, operation);
    assert.deepEqual([id.length, state['result']], [9, id]);
    assert.equal((await randomString.read({ id: 'abc', state: {} }, operation))?.state['length'], 3);
  });

  it('an id in all its ways', () => {
    assert.deepEqual(idOutputs(Buffer.from([0, 255, 254]), 'p-'), {
      b64Std: 'p-AP/+',
      b64Url: 'p-AP_-',
      hex: 'p-00fffe',
      dec: 'p-65534',
    });
  });

  it('an id is imported with its prefix', async () => {
    const { id, state } = await randomId.create({ byteLength: 8, prefix: 'p-' }, operation);
    const imported = await randomId.read({ id: `p-,${id}`, state: {} }, operation);
    assert.deepEqual(imported, { id, state });
  });

  it('bytes are secret, and imported by their base64 text', async () => {
    const { id, state } = await randomBytes.create({ length: 8 }, operation);
    assert.deepEqual([state['base64'], Buffer.from(state['hex'] as string, 'hex').toString('base64')], [id, id]);
    assert.deepEqual((await randomBytes.read({ id, state: {} }, operation))?.state, state);
    assert.deepEqual(randomBytes.secretOutputs, ['base64', 'hex']);
  });
});
