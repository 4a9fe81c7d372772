import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { html } from '../src/html.js';

describe('html', () => {
  it('escapes values', () => {
    assert.equal(String(html`<p title="${'"'}">${"<b>&'"}</p>`), '<p title="&quot;">&lt;b&gt;&amp;&#39;</p>');
  });

  it('keeps HTML, joins lists, leaves nothing of what is not there', () => {
    const items = ['a', 'b'].map((item) => html`<b>${item}</b>`);
    assert.equal(String(html`${items}${undefined}${null}${false}${0}`), '<b>a</b><b>b</b>0');
  });
});
