import * as assert from 'node:assert/strict';
import * as fc from 'fast-check';
import {
  carrySecrets,
  fromWire,
  holdsSecret,
  holdsUnknown,
  isSecret,
  plain,
  secret,
  toWire,
  UNKNOWN,
  type Plain,
  type Value,
} from '../../../toolchain/plugins/serving/values';

const MARK = '4dabf18193072939515e22adb298388d';
const SECRET_MARK = '1b47061264138c4ac30d75fd1eb44270';
const OUTPUT_MARK = 'd0e6a833031e9bbcd3f4e8bde6ca49a4';
const UNKNOWN_MARK = '04da6b54-80e4-46f7-96ec-b56ff0331ba9';

const plainTree = fc.letrec<{ tree: Plain }>((tie) => ({
  tree: fc.oneof(
    { depthSize: 'small' },
    fc.string(),
    fc.boolean(),
    fc.integer(),
    fc.constant(null),
    fc.array(tie('tree'), { maxLength: 4 }),
    fc.dictionary(fc.string({ minLength: 1 }), tie('tree'), { maxKeys: 4, noNullPrototype: true }),
  ),
})).tree;

describe('plugins: values on the wire', () => {
  it('reads and writes plain values unchanged', () => {
    fc.assert(fc.property(plainTree, (tree) => assert.deepEqual(toWire(fromWire(tree)), tree)));
  });

  it('reads a secret and writes it back as one', () => {
    const wire = { [MARK]: SECRET_MARK, value: { password: 'x' } };
    const value = fromWire(wire);
    assert.equal(isSecret(value), true);
    assert.deepEqual(plain(value), { password: 'x' });
    assert.deepEqual(toWire(value), wire);
  });

  it('reads every kind of unknown as one mark', () => {
    for (const mark of [UNKNOWN_MARK, '6a19a0b0-7e62-4c92-b797-7f8e31da9cc2']) assert.equal(fromWire(mark), UNKNOWN);
    assert.equal(toWire(UNKNOWN), UNKNOWN_MARK);
  });

  it('reads outputs: with a value, without, and secret', () => {
    assert.equal(fromWire({ [MARK]: OUTPUT_MARK, value: 'a' }), 'a');
    assert.equal(fromWire({ [MARK]: OUTPUT_MARK }), UNKNOWN);
    assert.equal(isSecret(fromWire({ [MARK]: OUTPUT_MARK, value: 'a', secret: true })), true);
  });

  it('finds secrets and unknowns at any depth', () => {
    const value: Value = { list: [{ password: secret('x') }] };
    assert.equal(holdsSecret(value), true);
    assert.equal(holdsSecret({ list: ['x'] }), false);
    assert.equal(holdsUnknown({ list: [UNKNOWN] }), true);
    assert.equal(holdsUnknown({ list: ['x'] }), false);
  });
});

describe('plugins: carrying secrets from inputs to outputs', () => {
  const carried = (source: Value, target: Plain): unknown => toWire(carrySecrets(source, target));

  it('member by member in objects', () => {
    assert.deepEqual(carried({ a: secret('1'), b: '2' }, { a: 'x', b: 'y' }), {
      a: { [MARK]: SECRET_MARK, value: 'x' },
      b: 'y',
    });
  });

  it('the whole list when one member is secret', () => {
    assert.deepEqual(carried(['1', secret('2')], ['2', '1']), { [MARK]: SECRET_MARK, value: ['2', '1'] });
  });

  it('never changes the value itself', () => {
    fc.assert(
      fc.property(plainTree, plainTree, (source, target) => {
        assert.deepEqual(plain(carrySecrets({ it: secret(source) }, { it: target })), { it: target });
      }),
    );
  });
});
