import assert from 'node:assert/strict';
import { asItStands, html } from '../../base/html';

describe('html', () => {
  it('escapes every value, wherever it stands', () => {
    const hostile = '</p><script>alert(`1`)</script>&lt;"\'';
    const { text } = html`<p title="${hostile}">${hostile} ${[hostile, 7]}</p>`;
    const escaped = '&#60;/p&#62;&#60;script&#62;alert(&#96;1&#96;)&#60;/script&#62;&#38;lt;&#34;&#39;';
    assert.equal(text, `<p title="${escaped}">${escaped} ${escaped}7</p>`);
  });

  it('takes its own for what it is, a list one after the other, and what is absent for nothing', () => {
    const items = ['a', '<'].map((each) => html`<b>${each}</b>`);
    assert.equal(html`<p>${items}${undefined}</p>`.text, '<p><b>a</b><b>&#60;</b></p>');
    assert.equal(html`<p>${asItStands('a > b')}</p>`.text, '<p>a > b</p>');
  });

  it('does not take what looks like its own for it', () => {
    const parsed = JSON.parse('{"text": "<b>"}') as string;
    assert.throws(() => html`<p>${parsed}</p>`);
  });

  it('shows what a page would obey: control characters and turns of direction', () => {
    assert.equal(html`<p>${'a\u202eb\u0000c\u001b[2Jd'}</p>`.text, '<p>a\\u202eb␀c␛[2Jd</p>');
  });
});
