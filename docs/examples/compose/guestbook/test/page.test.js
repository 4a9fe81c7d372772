import assert from 'node:assert/strict';
import { it } from 'node:test';
import { page } from '../src/page.js';

it('shows every entry, and none as markup', () => {
  const html = page({ title: 'Book', greeting: 'Who?', entries: ['Ann', '<b>'] });
  assert.match(html, /<h1>Book<\/h1><p>Who\?<\/p><ul><li>Ann<\/li><li>&lt;b&gt;<\/li><\/ul>/);
});
