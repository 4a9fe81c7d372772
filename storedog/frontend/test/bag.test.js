import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { bagCookie, changeBag, cleanCode, codeCookie, readVisit } from '../src/bag.js';

const products = new Map([
  ['duck', {}],
  ['bed', {}],
]);

describe('bag', () => {
  it('comes back from its cookie', () => {
    const bag = changeBag(changeBag(new Map(), 'duck', 2), 'bed', 1);
    assert.equal(bagCookie(bag), 'bag=duck.2_bed.1; Path=/; HttpOnly; SameSite=Lax; Max-Age=604800');
    assert.deepEqual(readVisit('a=b; bag=duck.2_bed.1; code=WOOF', products), { bag, code: 'WOOF' });
  });

  it('takes nothing from a cookie that is not for sale or no number', () => {
    const { bag, code } = readVisit('bag=cat.1_duck.x_bed.0_duck_bed.99; code=<b>', products);
    assert.deepEqual([...bag], [['bed', 20]]);
    assert.equal(code, 'B');
  });

  it('is empty without a cookie', () => {
    assert.deepEqual(readVisit(undefined, products), { bag: new Map(), code: undefined });
  });

  it('holds at most 20 of a kind and drops what is at zero', () => {
    assert.deepEqual([...changeBag(new Map([['duck', 20]]), 'duck', 1)], [['duck', 20]]);
    assert.deepEqual([...changeBag(new Map([['duck', 1]]), 'duck', -1)], []);
  });

  it('cleans a code that was typed', () => {
    assert.equal(cleanCode(' good dog-15! '), 'GOODDOG-15');
    assert.equal(cleanCode(' !'), undefined);
    assert.equal(codeCookie(undefined), 'code=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0');
  });
});
