import assert from 'node:assert/strict';
import fc from 'fast-check';
import { visible, visibleLine, withShortLines } from '../../base/visible';

/** What no terminal may get, written down once more. */
const raw =
  // eslint-disable-next-line no-control-regex -- these characters are what is looked for
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;

describe('text from elsewhere', () => {
  it('shows what a terminal would obey: by its picture, or by its number', () => {
    assert.equal(visible('\u001b[2K\rok\u0000\u0007'), '␛[2K␍ok␀␇');
    assert.equal(visible('\u007f\u0085\u009b2J'), '\\u007f\\u0085\\u009b2J');
    assert.equal(visible('a\u202eb\u2066c\u2069\u200f\u061c'), 'a\\u202eb\\u2066c\\u2069\\u200f\\u061c');
    assert.equal(visible('a\u2028b\u2029c\ufeff\u200b'), 'a\\u2028b\\u2029c\\ufeff\\u200b');
    assert.equal(visible('\ud83d x \ude00 \u{e0041}'), '\\ud83d x \\ude00 \\udb40\\udc41');
  });

  it('keeps what people write: lines, tabs, letters of every script, emojis that are joined', () => {
    const text = 'a\tb\nΓειά שלום سلام می\u200cخواهم 日本 é e\u0301 👩\u200d👩\u200d👧 ❤\ufe0f 😀';
    assert.equal(visible(text), text);
    assert.equal(visible('one\r\ntwo\r\n'), 'one\ntwo\n');
  });

  it('loses colours, and what they hide is read', () => {
    assert.equal(visible('\u001b[1;31mred\u001b[0m \u001b[8mhidden\u001b[m'), 'red hidden');
    assert.equal(visible('\u001b\u001b[0m[2K'), '␛[2K');
  });

  it('goes on in no further line where it belongs on one', () => {
    assert.equal(visibleLine('Cheaper\n  next: something\tnew'), 'Cheaper␊  next: something␉new');
    assert.equal(visibleLine('x'.repeat(3000)), `${'x'.repeat(2000)}… (1000 characters more)`);
  });

  it('is cut line by line where nobody would read on', () => {
    assert.equal(withShortLines(`ab\n${'x'.repeat(12)}`, 10), `ab\n${'x'.repeat(10)}… (2 characters more)`);
    assert.equal(withShortLines('ab', 10), 'ab');
  });

  it('never holds what a terminal would obey, whatever it was, and is the same when it is shown twice', () => {
    const unit = fc.oneof(
      fc.integer({ min: 0, max: 0xffff }),
      fc.constantFrom(0x1b, 0x5b, 0x6d, 0x0d, 0x0a, 0x9b, 0x202e),
    );
    fc.assert(
      fc.property(fc.array(unit), (units) => {
        const shown = visible(String.fromCharCode(...units));
        assert.doesNotMatch(shown, raw);
        assert.equal(visible(shown), shown);
        assert.doesNotMatch(visibleLine(String.fromCharCode(...units)), /[\n\t]/);
      }),
    );
  });

  it('stays the same JSON', () => {
    const text = fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 20 });
    fc.assert(
      fc.property(text, (units) => {
        const value = { text: String.fromCharCode(...units), 'a\u202eb': '\u2028\u007f\u009b\u{e0041}\u001b[0m' };
        const printed = visible(JSON.stringify(value, undefined, 2));
        assert.doesNotMatch(printed, raw);
        assert.deepEqual(JSON.parse(printed), value);
      }),
    );
  });
});
