import assert from 'node:assert/strict';
import { it } from 'node:test';
import { page } from '../src/page.js';

it('shows every post', () => {
  const html = page([
    { title: 'One', text: 'first' },
    { title: 'Two', text: 'second' },
  ]);
  assert.match(html, /<h2>One<\/h2><p>first<\/p>.*<h2>Two<\/h2><p>second<\/p>/);
});

it('shows what people wrote as text', () => {
  assert.match(page([{ title: '<b>', text: 'a & b' }]), /<h2>&lt;b&gt;<\/h2><p>a &amp; b<\/p>/);
});
