import assert from 'node:assert/strict';
import { painted } from '../../base/terminal';

describe("Pulumi's colours", () => {
  it("become a terminal's, and go where there is none", () => {
    const text = '<{%fg 1%}>- red<{%reset%}> <{%bold%}>bold<{%reset%}>';
    assert.equal(painted(text, true), '\u001b[38;5;1m- red\u001b[0m \u001b[1mbold\u001b[0m');
    assert.equal(painted(text, false), '- red bold');
  });

  it('stay what they are where they could hide a text: black, white, and whatever is no colour', () => {
    const text = '<{%fg 0%}>black<{%fg 15%}>white<{%bg 7%}><{%conceal%}>';
    for (const colours of [true, false]) assert.equal(painted(text, colours), text);
  });
});
