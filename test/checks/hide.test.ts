import assert from 'node:assert/strict';
import fc from 'fast-check';
import { hider } from '../../checks/hide';

describe('secrets in what a check leaves', () => {
  const secret = 'a+b/"c';
  const { text, file } = hider([secret, '', 'other']);

  it('are taken out in every spelling that programs write them in', () => {
    for (const spelling of [
      secret,
      JSON.stringify(secret).slice(1, -1),
      'a%2Bb%2F%22c',
      Buffer.from(secret).toString('base64'),
    ]) {
      assert.equal(text(`<${spelling}|other>`), '<(hidden)|(hidden)>');
    }
  });

  it('leave nothing behind, wherever they stand', () => {
    fc.assert(
      fc.property(fc.string(), fc.string({ minLength: 6 }), fc.string(), (before, hidden, after) => {
        fc.pre(!'(hidden)'.includes(hidden));
        assert.ok(
          !hider([hidden])
            .text(JSON.stringify([before, hidden, after]))
            .includes(hidden),
        );
      }),
    );
  });

  it('are looked for in files and their names; what holds none stays as it is to the byte', () => {
    const bytes = Buffer.from([0, 255, 254, 10]);
    const holding = {
      name: `${secret.slice(0, 1)}other.bin`,
      content: Buffer.concat([bytes, Buffer.from('other'), bytes]),
    };
    assert.deepEqual(file(holding), {
      name: 'a(hidden).bin',
      content: Buffer.concat([bytes, Buffer.from('(hidden)'), bytes]),
    });
    const innocent = { name: 'a.png', content: bytes };
    assert.deepEqual(file(innocent), innocent);
    assert.deepEqual(hider([]).file(holding), holding);
  });
});
