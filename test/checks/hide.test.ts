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

  it('are taken out of forms, of HTML, of addresses in small letters and of what is longer in Base64', () => {
    const known = hider(['a b&<c>/é"7']);
    for (const spelling of ['a+b%26%3Cc%3E%2F%C3%A9%227', 'a%20b%26%3cc%3e%2f%c3%a9%227', 'a b&amp;&lt;c&gt;/é&quot;7'])
      assert.equal(known.text(`<${spelling}>`), '<(hidden)>');
    for (const login of ['', 'a:', 'ab:', 'ann:', 'anna:']) {
      for (const coding of ['base64', 'base64url'] as const) {
        const header = Buffer.from(`${login}a b&<c>/é"7`).toString(coding);
        const left = known.text(`Basic ${header}`);
        assert.match(left, /^Basic \S*\(hidden\)\S{0,3}$/);
        const shown = Buffer.from(left.replace(/^Basic |\(hidden\).*/g, ''), 'base64').toString();
        assert.ok(login.startsWith(shown.slice(0, -1)), `${header}: ${left}`);
      }
    }
    // What is short may stand anywhere by chance.
    assert.equal(hider(['abc']).text('xYWJjx xhYmMx'), 'x(hidden)x xhYmMx');
  });

  it('are taken out of files whose secret is no ASCII, and the bytes about it stay', () => {
    const bytes = Buffer.from([0, 255, 254, 195]);
    const content = Buffer.concat([bytes, Buffer.from('pässwört'), bytes]);
    assert.deepEqual(
      hider(['pässwört']).file({ name: 'a.log', content }).content,
      Buffer.concat([bytes, Buffer.from('(hidden)'), bytes]),
    );
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
